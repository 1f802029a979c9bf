"""The picture of recipes on their way down."""

from pathlib import Path

import pandas as pd

from denoise.reporting.convergence import LOSSES, mean_curves
from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt

COLOURS = ("#000000", "#0072B2", "#E69F00", "#009E73")  # Okabe and Ito's
PUBLISHED = "#D55E00"


def draw_convergence(curves: pd.DataFrame, published: pd.DataFrame, path: Path) -> None:
    """Draw each loss against the updates, and where the article's own curves end.

    The arguments are as in `denoise.reporting.convergence`.
    """
    figure, panels = plt.subplots(
        1, len(LOSSES), figsize=(13, 4.2), layout="constrained", sharex=True
    )
    for axes, (loss, title) in zip(panels, LOSSES, strict=True):
        for place, (method, rows) in enumerate(mean_curves(curves).groupby("method", sort=False)):
            count, colour = rows["trainings"].iloc[0], COLOURS[place % len(COLOURS)]
            label = f"{method}, recipe {rows['recipe'].iloc[0]}"
            label += f": mean of {count} trainings (thin: each of them)" if count > 1 else ""
            axes.plot(rows["updates"], rows[loss], color=colour, label=label, linewidth=1.4)
            trainings = curves[curves["method"] == method].groupby("seed", sort=False)
            for _, single in trainings if count > 1 else ():
                axes.plot(single["updates"], single[loss], color=colour, alpha=0.4, linewidth=0.7)
        for row in published[published["loss"] == loss].itertuples():
            middle = (row.low + row.high) / 2
            axes.errorbar(
                row.updates,
                middle,
                yerr=[[middle - row.low], [row.high - middle]],
                color=PUBLISHED,
                marker="o",
                linestyle="none",
                capsize=4,
                label="the article: range read off the end of its curve",
            )
        axes.set(xscale="log", xlabel="updates (one batch each)", title=f"loss on {title}")
        axes.grid(alpha=0.3, which="both")
    panels[0].set_ylabel("binary cross-entropy, nats per pixel")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    save_figure(figure, path)

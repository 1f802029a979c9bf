"""The study's results as a matrix: trained on these ranges, tested at those levels."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt
from denoise.reporting.result_tables import available, to_markdown

FIGURES = (("psnr", "PSNR, dB", 2), ("legibility", "Legibility, share of digits read", 3))


def tables(results: pd.DataFrame) -> str:
    """Markdown: one table per figure, one row per setting, bold what is best at a level.

    Parameters
    ----------
    results : pandas.DataFrame
        Columns ``setting``, the ranges ``blur`` and ``noise`` in words, ``level``, and each figure
        with its ``_best``.
    """
    parts = []
    for figure, title, decimals in available(FIGURES, results):
        lines = []
        for setting, rows in results.groupby("setting", sort=False):
            first = rows.iloc[0]
            line = {"trained on": setting, "blur σ": first["blur"], "noise": first["noise"]}
            for level, value, bold in zip(
                rows["level"], rows[figure], rows[f"{figure}_best"], strict=True
            ):
                mark = "**" if bold else ""
                line[level] = f"{mark}{value:.{decimals}f}{mark}"
            lines.append(line)
        parts.append(f"### {title}\n\n{to_markdown(pd.DataFrame(lines), words=3)}")
    return "\n".join(parts)


def draw(results: pd.DataFrame, path: Path) -> None:
    """Draw the same as a picture: the colour is how far a setting is below the best at a level."""
    settings = list(dict.fromkeys(results["setting"]))
    ranges = results.groupby("setting")[["blur", "noise"]].first().loc[settings]
    labels = [f"{name}\nσ {row['blur']}, {row['noise']}" for name, row in ranges.iterrows()]
    levels = list(dict.fromkeys(results["level"]))
    height = 1.6 + 0.5 * len(settings)
    shown = available(FIGURES, results)
    size = (6 * len(shown), height)
    figure, panels = plt.subplots(
        1, len(shown), figsize=size, layout="constrained", sharey=True, squeeze=False
    )
    panels = panels.ravel()
    for axes, (name, title, decimals) in zip(panels, shown, strict=True):
        values = results.pivot(index="setting", columns="level", values=name)
        values = values.loc[settings, levels].to_numpy()
        below = values.max(axis=0) - values
        best = results.set_index(["setting", "level"])[f"{name}_best"]
        mesh = axes.imshow(below, cmap="cividis_r", aspect="auto", vmin=0)
        for (row, column), value in np.ndenumerate(values):
            dark = below[row, column] > below.max() / 2
            axes.text(
                column,
                row,
                f"{value:.{decimals}f}",
                ha="center",
                va="center",
                color="white" if dark else "black",
                fontweight="bold" if best[settings[row], levels[column]] else "normal",
            )
        axes.set_xticks(range(len(levels)), levels, rotation=30, ha="right")
        axes.set(title=title, xlabel="tested at")
        unit = title.partition(", ")[2]
        figure.colorbar(mesh, ax=axes, label=f"below the best of its column, {unit}")
    panels[0].set_yticks(range(len(settings)), labels)
    panels[0].set_ylabel("trained on")
    save_figure(figure, path)

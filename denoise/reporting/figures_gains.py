"""The picture of how far models are above or below published weights."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt
from denoise.reporting.result_tables import SHOWN, available

COLOURS = ("#000000", "#56B4E9", "#E69F00", "#009E73")  # Okabe and Ito's


def draw_gains(table: pd.DataFrame, path: Path) -> None:
    """Draw what each model has more than the published weights, upwards is better.

    A bar is the mean over a model's trainings, its whisker their range.
    """
    shown = available(SHOWN, table)
    figure, panels = plt.subplots(2, 2, figsize=(11, 6.4), layout="constrained", sharex=True)
    for axes in panels.flat[len(shown) :]:
        axes.set_axis_off()
    levels = list(dict.fromkeys(table["level"]))
    width = 0.8 / table["method"].nunique()
    for axes, (column, title, _, more) in zip(panels.flat, shown, strict=False):
        groups = table.groupby("method", sort=False)
        for place, ((method, rows), colour) in enumerate(zip(groups, itertools.cycle(COLOURS))):
            trainings = rows.groupby("level", sort=False)[column].agg(["mean", "min", "max"])
            mean = trainings["mean"]
            axes.bar(
                np.arange(len(levels)) - 0.4 + (place + 0.5) * width,
                mean,
                width,
                yerr=[mean - trainings["min"], trainings["max"] - mean],
                color=colour,
                label=method,
                error_kw={"linewidth": 1, "ecolor": "#D55E00"},
            )
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_title(title, fontsize=10)
        axes.set_ylabel("ours minus published\n(up is better)")
        axes.set_xticks(range(len(levels)), levels, rotation=30, ha="right")
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
        if not more:
            axes.invert_yaxis()
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=4,
        title="bar: mean over trainings; whisker: from the lowest training to the highest",
    )
    save_figure(figure, path)

"""The pictures of what a model makes of corruptions it was not trained for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.analysis.robustness import CORRUPTIONS, Corruption
from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt
from denoise.reporting.result_tables import available

FIGURES = (("legibility", "legibility, share read correctly"), ("psnr", "PSNR, dB"))
MEANINGS = {kind.name: kind.meaning for kind in CORRUPTIONS}
COLOURS = {"corrupted": "#BBBBBB", "denoised": "#0072B2"}


def draw_robustness(results: pd.DataFrame, path: Path) -> None:
    """Draw legibility and PSNR before and after denoising, for every corruption and strength."""
    shown = available(FIGURES, results)
    size = (10, 3.2 * len(shown))
    figure, panels = plt.subplots(
        len(shown), 1, figsize=size, sharex=True, layout="constrained", squeeze=False
    )
    panels = panels.ravel()
    names = list(dict.fromkeys(zip(results["corruption"], results["strength"], strict=True)))
    positions = np.arange(len(names)) + np.repeat(np.arange(len(names) // 3), 3) * 0.6
    for axes, (column, label) in zip(panels, shown, strict=True):
        for side, (state, colour) in zip((-0.2, 0.2), COLOURS.items(), strict=True):
            rows = results[results["images"] == state]
            reach = [rows[column] - rows[f"{column}_low"], rows[f"{column}_high"] - rows[column]]
            axes.bar(
                positions + side,
                rows[column],
                0.4,
                yerr=reach,
                color=colour,
                edgecolor="black",
                linewidth=0.6,
                label=state,
                error_kw={"linewidth": 1},
            )
        axes.set_ylabel(label)
        axes.grid(axis="y", alpha=0.3)
        axes.set_axisbelow(True)
    panels[-1].set_xticks(positions, [f"{strength:g}" for _, strength in names])
    panels[-1].set_xlabel("strength of the damage (whiskers: 95 % intervals over the test images)")
    for first in range(0, len(names), 3):
        panels[0].text(
            positions[first + 1],
            1.03,
            f"{names[first][0]}\n({MEANINGS[names[first][0]]})",
            ha="center",
            va="bottom",
            transform=panels[0].get_xaxis_transform(),
        )
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    save_figure(figure, path)


def draw_damaged_digits(
    shown: Sequence[tuple[Corruption, float, np.ndarray, np.ndarray]], path: Path
) -> None:
    """One digit under every corruption at every strength, the denoised image to its right.

    Parameters
    ----------
    shown : Sequence[tuple[Corruption, float, numpy.ndarray, numpy.ndarray]]
        Corruption, strength, corrupted and denoised image (height, width), three strengths of each
        corruption in a row.
    """
    kinds = len(shown) // 3
    figure, grid = plt.subplots(kinds, 6, figsize=(8.4, 1.65 * kinds), layout="constrained")
    for number, (kind, strength, corrupted, denoised) in enumerate(shown):
        row, column = divmod(number, 3)
        before, after = grid[row, 2 * column], grid[row, 2 * column + 1]
        before.imshow(corrupted, cmap="gray")
        after.imshow(denoised, cmap="gray", vmin=0, vmax=1)
        before.set_title(f"{strength:g}", fontsize=9)
        after.set_title("denoised", fontsize=9)
        if column == 0:
            label = f"{kind.name}\n({kind.meaning})"
            before.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    for axes in grid.flat:
        axes.set(xticks=[], yticks=[])
    save_figure(figure, path)

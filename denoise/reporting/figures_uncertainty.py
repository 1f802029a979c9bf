"""The pictures of how sure a denoised image is, and of its reading."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt

# Okabe and Ito's colours, and P. Tol's; dashes serve greyscale.
STROKES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 2)))
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#999933", "#882255")


def draw_maps(shown: Mapping[str, Sequence[np.ndarray]], path: Path) -> None:
    """Draw one digit at every level: noisy, denoised, how sure, and how far off it is.

    Parameters
    ----------
    shown : Mapping[str, Sequence[numpy.ndarray]]
        For each level four (height, width) images: noisy, denoised, the half-width of its
        intervals, and the clean one.
    path : Path
        The PNG file.
    """
    names = ("noisy,\ncut to 0 to 1", "denoised", "half-width of\nthe interval", "absolute error")
    figure, panels = plt.subplots(
        len(names),
        len(shown),
        figsize=(1.9 * len(shown) + 0.8, 7.8),
        layout="constrained",
        squeeze=False,
    )
    for column, (level, (noisy, denoised, widths, clean)) in zip(
        panels.T, shown.items(), strict=True
    ):
        for axes, image in zip(column[:2], (noisy, denoised), strict=True):
            axes.imshow(np.clip(image, 0, 1), cmap="gray", vmin=0, vmax=1)
        for axes, image in zip(column[2:], (widths, np.abs(denoised - clean)), strict=True):
            mesh = axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        column[0].set_title(level)
        for axes in column:
            axes.set(xticks=[], yticks=[])
    for axes, name in zip(panels[:, 0], names, strict=True):
        axes.set_ylabel(name)
    figure.colorbar(mesh, ax=panels[2:], label="grey values, white is 1")
    save_figure(figure, path)


def draw_risk(
    curves: Mapping[str, Mapping[str, tuple[np.ndarray, np.ndarray]]], path: Path
) -> None:
    """Draw the share of wrong readings against the share refused, a panel for each model.

    Parameters
    ----------
    curves : Mapping[str, Mapping[str, tuple]]
        By model and by level: what `denoise.uncertainty.reading_calibration.risk_coverage` returns.
    path : Path
        The PNG file.
    """
    figure, panels = plt.subplots(
        1,
        len(curves),
        figsize=(5.2 * len(curves), 4.6),
        layout="constrained",
        sharey=True,
        squeeze=False,
    )
    for axes, (model, levels) in zip(panels.ravel(), curves.items(), strict=True):
        for place, (level, (refused, wrong)) in enumerate(levels.items()):
            style = {"linestyle": STROKES[place % len(STROKES)]}
            colour = COLOURS[place % len(COLOURS)]
            axes.plot(100 * refused, 100 * wrong, label=level, color=colour, **style)
        axes.set(title=model, xlabel="refused, % of digits (lowest confidence first)", xlim=(0, 60))
        axes.grid(alpha=0.3)
    panels[0, 0].set(ylabel="wrong, % of the digits that are read", ylim=(0, None))
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 7))
    save_figure(figure, path)

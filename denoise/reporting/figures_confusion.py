"""The pictures of what denoised digits are read as, of the best and worst, and of no digits."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt


def draw_confusions(counts: Mapping[str, np.ndarray], path: Path) -> None:
    """For every level a matrix of shares in percent: the digit below, what it was read as aside.

    Parameters
    ----------
    counts : Mapping[str, numpy.ndarray]
        By level, how often digit ``row`` was read as ``column``, (classes, classes).
    """
    columns = min(3, len(counts))
    rows = math.ceil(len(counts) / columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(4.3 * columns, 4.4 * rows), layout="constrained", squeeze=False
    )
    for axes in grid.flat[len(counts) :]:
        axes.set_axis_off()
    for axes, (level, matrix) in zip(grid.flat, counts.items(), strict=False):
        shares = 100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=100)
        classes = range(len(matrix))
        axes.set(xticks=classes, yticks=classes, xlabel="read as", ylabel="digit")
        axes.set_title(f"{level}: {matrix.trace() / matrix.sum():.1%} read correctly")
        for (row, column), share in np.ndenumerate(shares):
            if share >= 1:
                colour = "white" if share > 50 else "black"
                text = f"{share:.0f}"
                axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=8)
    figure.suptitle(
        "Of 100 denoised images of a digit: how many are read as which digit (0 is left blank)"
    )
    save_figure(figure, path)


def draw_extremes(
    clean: np.ndarray, noisy: np.ndarray, denoised: np.ndarray, level: str, path: Path
) -> None:
    """Draw the best-restored digits of a level, then the worst: clean, noisy, denoised.

    Parameters
    ----------
    clean, noisy, denoised : (2 * n, height, width) arrays
        The n best first.
    level : str
        Its name.
    path : Path
        The picture.
    """
    half = len(clean) // 2
    figure, grid = plt.subplots(6, half, figsize=(1.15 * half, 7.6), layout="constrained")
    for block, title in ((0, "best"), (1, "worst")):
        for line, (name, images) in enumerate(
            (("clean", clean), ("noisy", noisy), ("denoised", denoised))
        ):
            row = grid[3 * block + line]
            limits = {} if name == "noisy" else {"vmin": 0, "vmax": 255 if name == "clean" else 1}
            for axes, image in zip(row, images[block * half : (block + 1) * half], strict=True):
                axes.imshow(image, cmap="gray", **limits)
                axes.set(xticks=[], yticks=[])
            row[0].set_ylabel(f"{title}\n{name}", fontsize=9)
    figure.suptitle(f"Test images with the highest and the lowest PSNR at {level}")
    save_figure(figure, path)


def draw_non_digits(
    names: Sequence[str],
    images: np.ndarray,
    denoised: np.ndarray,
    readings: np.ndarray | None,
    path: Path,
) -> None:
    """Images without a digit in a row, below what the model makes of them, and the classifier."""
    figure, grid = plt.subplots(
        2, len(names), figsize=(1.35 * len(names), 3.6), layout="constrained"
    )
    for column, name in enumerate(names):
        above, below = grid[:, column]
        above.imshow(images[column], cmap="gray", vmin=0, vmax=1)
        below.imshow(denoised[column], cmap="gray", vmin=0, vmax=1)
        above.set_title(name.replace(", ", ",\n"), fontsize=9)
        if readings is not None:
            digit = readings[column].argmax()
            below.set_xlabel(
                f"read as {digit}\n(confidence {readings[column, digit]:.0%})", fontsize=9
            )
    for axes in grid.flat:
        axes.set(xticks=[], yticks=[])
    grid[0, 0].set_ylabel("given")
    grid[1, 0].set_ylabel("denoised")
    save_figure(figure, path)

"""The pictures of the autoencoder's code: its units, its digits, and what it is worth in bytes."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoise.reporting.figures import save_figure
from denoise.reporting.pyplot import plt
from denoise.reporting.result_tables import available

SHOWN = 2000  # points of the map
SIZES = (16, 32, 64, 128, 256)  # bytes
SHOWN_OF_SIZE = (("psnr", "PSNR, dB"), ("legibility", "legibility, share read correctly"))


def draw_units(variances: np.ndarray, plane: np.ndarray, labels: np.ndarray, path: Path) -> None:
    """Draw the variance of every unit, largest first, and test digits on a plane of the code.

    Parameters
    ----------
    variances : (units,)
    plane : (n, 2) array
        The two directions that tell digits apart best; the second is 0 where there is one.
    labels : (n,) array
        The digits.
    path : Path
        The picture.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5.2), layout="constrained")
    left.bar(np.arange(1, len(variances) + 1), np.sort(variances)[::-1], color="#0072B2", width=1)
    left.set(
        xlabel="units of the code, sorted by variance", ylabel="variance over clean test digits"
    )
    left.grid(axis="y", alpha=0.3)
    for digit in range(int(labels.max()) + 1):
        chosen = plane[:SHOWN][labels[:SHOWN] == digit]
        colour = plt.get_cmap("tab10")(digit % 10)
        right.scatter(*chosen.T, s=20, marker=f"${digit}$", color=colour, linewidths=0)
    margin = 1.05 * np.abs(plane[:SHOWN]).max(axis=0)
    margin[margin == 0] = 1
    right.set(xlim=(-margin[0], margin[0]), ylim=(-margin[1], margin[1]))
    right.set(
        xlabel="first linear discriminant of the code",
        ylabel="second linear discriminant of the code",
    )
    right.set_title(f"{min(SHOWN, len(plane)):,} clean test digits", fontsize=10)
    save_figure(figure, path)


def draw_compression(table: pd.DataFrame, path: Path) -> None:
    """PSNR and legibility against bytes per image, for the code and for JPEG."""
    shown = available(SHOWN_OF_SIZE, table)
    size = (5.5 * len(shown), 4.2)
    figure, panels = plt.subplots(1, len(shown), figsize=size, layout="constrained", squeeze=False)
    code, jpeg = table[table["coder"] == "code"], table[table["coder"] == "JPEG"]
    for axes, (column, label) in zip(panels.flat, shown, strict=True):
        axes.plot(code["bytes"], code[column], "k-o", label="code, quantised")
        axes.plot(
            code["entropy_bytes"], code[column], "k:^", label="code, quantised, ideal entropy coder"
        )
        axes.plot(
            jpeg["bytes"],
            jpeg[column],
            "--s",
            color="#D55E00",
            label="JPEG, 100 digits in one file",
        )
        axes.set(xlabel="bytes per image", ylabel=label, xscale="log")
        axes.set_xticks(SIZES, [str(size) for size in SIZES])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
    panels[0, 0].legend(fontsize=9)
    save_figure(figure, path)

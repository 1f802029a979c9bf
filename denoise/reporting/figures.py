"""The pictures: loss curves, quality against noise, digits before and after, a heat map."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.io.atomic import atomic_file
from denoise.reporting.pyplot import plt
from denoise.reporting.result_tables import available

# Okabe and Ito's colours, told apart by the colour-blind; dashes and markers serve greyscale.
STYLES = {
    "autoencoder": {"color": "#000000", "linestyle": "-", "marker": "o", "linewidth": 2.5},
    "noisy": {"color": "#D55E00", "linestyle": ":", "marker": "x"},
    "gaussian": {"color": "#E69F00", "linestyle": "--", "marker": "s"},
    "median": {"color": "#009E73", "linestyle": "-.", "marker": "^"},
    "wiener": {"color": "#CC79A7", "linestyle": (0, (5, 1)), "marker": "v"},
    "total variation": {"color": "#0072B2", "linestyle": (0, (3, 1, 1, 1)), "marker": "D"},
    "non-local means": {"color": "#56B4E9", "linestyle": (0, (1, 1)), "marker": "P"},
    # And P. Tol's, of which there are more.
    "deconvolution": {"color": "#882255", "linestyle": (0, (5, 1, 1, 1)), "marker": "<"},
    "wavelets": {"color": "#999933", "linestyle": (0, (3, 2)), "marker": ">"},
    "blind": {"color": "#999999", "linestyle": (0, (6, 3)), "marker": "*"},
    "linear": {"color": "#332288", "linestyle": "-", "marker": "d", "linewidth": 2},
    "mixture": {"color": "#117733", "linestyle": "-", "marker": "h", "linewidth": 2},
    "training images": {"color": "#AA4499", "linestyle": "-.", "marker": "p"},
}
AGAINST_NOISE = (
    ("psnr", "PSNR, dB"),
    ("psnr_estimate", "estimated PSNR, dB"),
    ("ssim", "SSIM"),
    ("legibility", "legibility, share read correctly"),
)
# Of models beside the first, in the order they come.
MORE_STYLES = [
    {"color": "#000000", "linestyle": "-", "marker": marker, "markerfacecolor": "white"}
    for marker in "DsP*v<>"
]


def draw_loss_curves(curve: pd.DataFrame, clean: bool, path: Path) -> None:
    """Training and validation losses against the epoch.

    ``clean`` says whether the data has clean images; else a second noisy one stands in their place.
    """
    noisy = "test images, noisy" if clean else "test images, noisy, against their second"
    alone = "test images, clean (as in the article)" if clean else "their second, against itself"
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    for column, label, style in (
        ("loss", "training pairs", "k-o"),
        ("val_noisy_loss", noisy, "k--s"),
        ("val_loss", alone, "k:^"),
    ):
        marker = style if len(curve) <= 50 else style[:-1]
        axes.plot(curve["epoch"], curve[column], marker, label=label)
    axes.set(xlabel="epoch", ylabel="binary cross-entropy, nats per pixel")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend()
    axes.grid(alpha=0.3)
    save_figure(figure, path)


def draw_levels(table: pd.DataFrame, path: Path) -> None:
    """PSNR, SSIM and legibility of every method against the noise level, with intervals."""
    shown = available(AGAINST_NOISE, table)
    size = (13 / 3 * len(shown), 4.5)
    figure, panels = plt.subplots(1, len(shown), figsize=size, layout="constrained", squeeze=False)
    panels = panels[0]
    levels = list(dict.fromkeys(table["level"]))
    unnamed = [method for method in dict.fromkeys(table["method"]) if method not in STYLES]
    styles = STYLES | dict(zip(unnamed, itertools.cycle(MORE_STYLES)))
    for axes, (column, label) in zip(panels, shown, strict=True):
        for method, rows in table.groupby("method", sort=False):
            positions = [levels.index(level) for level in rows["level"]]
            # An untouched image stands at the cap of 100 dB: the rest would be one line.
            shown = rows[column].where(rows["psnr"] < 50) if column == "psnr" else rows[column]
            axes.plot(positions, shown, label=method, markersize=5, **styles[method])
            ends = (rows[f"{column}_{end}"].where(shown.notna()) for end in ("low", "high"))
            axes.fill_between(positions, *ends, color=styles[method]["color"], alpha=0.15, lw=0)
        axes.set(xlabel="noise level", ylabel=label, xticks=range(len(levels)))
        axes.set_xticklabels(levels, rotation=30, ha="right")
        axes.grid(alpha=0.3)
    if "psnr" in table:
        panels[0].set_title("an untouched clean image has no PSNR: not shown", fontsize=9)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=min(len(labels), 7 * len(panels) // 3),
        title="line: mean over the test images; shaded: its 95 % interval",
    )
    save_figure(figure, path)


def draw_before_and_after(
    noisy: np.ndarray, denoised: np.ndarray, titles: Sequence[str], path: Path
) -> None:
    """Noisy images (n, height, width) in a row, the denoised ones below."""
    figure, rows = plt.subplots(
        2, len(noisy), figsize=(2 * len(noisy), 4.4), layout="constrained", squeeze=False
    )
    for axes, image, title in zip(rows[0], noisy, titles, strict=True):
        axes.imshow(image, cmap="gray")
        axes.set_title(title)
    for axes, image in zip(rows[1], denoised, strict=True):
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
    for axes in rows.flat:
        axes.set(xticks=[], yticks=[])
    rows[0, 0].set_ylabel("noisy, each from its\ndarkest to its brightest")
    rows[1, 0].set_ylabel("denoised")
    save_figure(figure, path)


def draw_heat_map(
    psnr: np.ndarray, blurs: Sequence[float], amplitudes: Sequence[float], images: int, path: Path
) -> None:
    """PSNR of the denoised images, (blurs, amplitudes), for every pair of blur and noise."""
    figure, axes = plt.subplots(figsize=(6.4, 5), layout="constrained")
    mesh = axes.imshow(psnr, cmap="viridis", origin="lower")
    axes.set_xticks(range(len(amplitudes)), [f"{a:g}" for a in amplitudes])
    axes.set_yticks(range(len(blurs)), [f"{b:g}" for b in blurs])
    axes.set(
        xlabel="amplitude ± of uniform noise, grey values (white is 1)",
        ylabel="blur σ, pixels",
        title=f"PSNR of denoised images, mean over {images:,} test images",
    )
    middle = (psnr.min() + psnr.max()) / 2
    for (row, column), value in np.ndenumerate(psnr):
        colour = "white" if value < middle else "black"
        axes.text(column, row, f"{value:.1f}", ha="center", va="center", color=colour)
    figure.colorbar(mesh, label="PSNR, dB")
    save_figure(figure, path)


def draw_nothing(message: str, path: Path) -> None:
    """Draw a picture that says why there is nothing to see."""
    figure, axes = plt.subplots(figsize=(4, 1))
    axes.set_axis_off()
    axes.text(0.5, 0.5, message, ha="center", va="center")
    save_figure(figure, path)


def save_figure(figure: plt.Figure, path: Path) -> None:
    """Write a PNG without the version of matplotlib in it, which would change its bytes."""
    with atomic_file(path) as partial:
        figure.savefig(partial, dpi=100, metadata={"Software": None})
    plt.close(figure)

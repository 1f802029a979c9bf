"""The picture that sets networks side by side."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from denoise.reporting.figures import AGAINST_NOISE, save_figure
from denoise.reporting.pyplot import plt
from denoise.reporting.result_tables import available, has_no_psnr

# Okabe and Ito's colours; dashes and markers serve greyscale. In the order in which networks come.
STYLES = [
    {"color": color, "linestyle": dashes, "marker": marker}
    for dashes, marker_of in (("-", "osD^v"), ((0, (4, 1)), "P*Xdp"))
    for color, marker in zip(
        ("#000000", "#E69F00", "#56B4E9", "#009E73", "#D55E00"), marker_of, strict=True
    )
]
# What they are read against: the best of estimators that know the noise.
REFERENCES = {"linear": "--", "mixture": ":", "training images": "-."}


def draw_networks(table: pd.DataFrame, networks: Sequence[str], path: Path) -> None:
    """PSNR, SSIM and legibility of networks and three estimators against the noise level.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``level``, ``method``, and every figure with its ``_low`` and ``_high``; levels in
        the order they shall be shown.
    networks : Sequence[str]
        The methods that are networks.
    path : Path
        A ``.png`` file.
    """
    shown = available(AGAINST_NOISE, table)
    size = (13 / 3 * len(shown), 5.5)
    figure, panels = plt.subplots(1, len(shown), figsize=size, layout="constrained", squeeze=False)
    levels = list(dict.fromkeys(table["level"]))
    references = {name: REFERENCES[name] for name in REFERENCES if name in set(table["method"])}
    styles = {
        name: {"color": "#888888", "linestyle": dashes} for name, dashes in references.items()
    }
    styles |= dict(zip(networks, itertools.cycle(STYLES)))
    for axes, (column, label) in zip(panels[0], shown, strict=True):
        for method, style in styles.items():
            rows = table[table["method"] == method]
            # An untouched image stands at the cap of 100 dB: the rest would be one line.
            rows = rows[~has_no_psnr(rows["psnr"])] if column == "psnr" else rows
            positions = [levels.index(level) for level in rows["level"]]
            axes.plot(positions, rows[column], label=method, markersize=5, **style)
            ends = (rows[f"{column}_{end}"] for end in ("low", "high"))
            axes.fill_between(positions, *ends, color=style["color"], alpha=0.12, lw=0)
        axes.set(xlabel="noise level", ylabel=label, xticks=range(len(levels)))
        axes.set_xticklabels(levels, rotation=30, ha="right")
        axes.grid(alpha=0.3)
    figure.legend(
        *panels[0][0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=4,
        title="line: mean over the test images and trainings; shaded: its 95 % interval;"
        " grey: estimators that know the noise",
    )
    save_figure(figure, path)

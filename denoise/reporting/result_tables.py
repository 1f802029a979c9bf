"""The tables that set methods side by side at every level."""

from collections.abc import Sequence

import pandas as pd

# Figure, title, decimals, and whether more is better.
SHOWN = (
    ("psnr", "PSNR, dB", 2, True),
    ("ssim", "SSIM", 3, True),
    ("legibility", "Legibility, share of digits the classifier reads correctly", 3, True),
    ("bce", "Binary cross-entropy", 4, False),
)
UNTOUCHED = 99.0  # dB, just below the cap at which `denoise.evaluation.metrics.psnr` ends


def has_no_psnr(psnr: float) -> bool:
    """Whether an image is the clean one, untouched, whose PSNR would be infinite."""
    return psnr > UNTOUCHED


def side_by_side(table: pd.DataFrame) -> str:
    """Write the results of all methods at all levels as Markdown, one table per figure.

    A row is a method, a column a level. Each cell is a mean and how far its 95 % interval reaches.
    Bold are the best of a level and those whose intervals overlap with the best's: between them
    the test images do not decide.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``level``, ``blur``, ``amplitude``, ``kind``, ``method``, ``images``, and every
        figure with its ``_low`` and ``_high``; methods and levels in the order they shall be shown.
    """
    parts = [_describe_levels(table)]
    parts += [
        f"### {title}\n\n{_pivot(table, figure, decimals, more)}"
        for figure, title, decimals, more in available(SHOWN, table)
    ]
    return "\n".join(parts)


def available(figures: Sequence[tuple], table: pd.DataFrame) -> list[tuple]:
    """Return those of ``figures``, by their first item, that a table has: without labels, fewer."""
    return [figure for figure in figures if figure[0] in table]


def reach(row: pd.Series, figure: str) -> float:
    """Return how far the 95 % interval of a figure reaches from it."""
    return max(row[figure] - row[f"{figure}_low"], row[f"{figure}_high"] - row[figure])


def cell(row: pd.Series, figure: str, decimals: int, bold: bool = False) -> str:
    """Write a figure and the reach of its interval, such as ``**17.99** ± 0.04``."""
    if figure == "psnr" and has_no_psnr(row[figure]):
        return "untouched"
    mark = "**" if bold else ""
    return f"{mark}{row[figure]:.{decimals}f}{mark} ± {reach(row, figure):.{decimals}f}"


def describe_noise(kind: str, amplitude: float) -> str:
    """Kind and strength of white noise in a few characters."""
    return f"± {amplitude:g}" if kind == "uniform" else f"{kind} {amplitude:g}"


def leaders(rows: pd.DataFrame, figure: str, more: bool) -> pd.Series:
    """Which rows are the best at ``figure``, or not told apart from it by their intervals.

    An untouched clean image takes no part in a contest of PSNR.
    """
    taking_part = ~has_no_psnr(rows[figure]) if figure == "psnr" else rows[figure].notna()
    low, high = rows[f"{figure}_low"], rows[f"{figure}_high"]
    best = rows[figure][taking_part].agg("idxmax" if more else "idxmin")
    return taking_part & (high >= low[best] if more else low <= high[best])


def to_markdown(table: pd.DataFrame, words: int = 1) -> str:
    """Write a table of strings as Markdown, all but its first ``words`` columns to the right."""
    alignment = ["left"] * words + ["right"] * (table.shape[1] - words)
    return table.to_markdown(index=False, disable_numparse=True, colalign=alignment) + "\n"


def _describe_levels(table: pd.DataFrame) -> str:
    levels = [
        f"{row.level}: σ {row.blur:g}, {describe_noise(row.kind, row.amplitude)}"
        for row in table.drop_duplicates("level").itertuples()
    ]
    return f"Levels, by blur in pixels and white noise: {'; '.join(levels)}.\n"


def _pivot(table: pd.DataFrame, figure: str, decimals: int, more: bool) -> str:
    columns = {"method": pd.Series({name: name for name in dict.fromkeys(table["method"])})}
    for level, rows in table.groupby("level", sort=False):
        rows = rows.set_index("method")
        leading = leaders(rows, figure, more)
        columns[level] = pd.Series(
            {name: cell(row, figure, decimals, leading[name]) for name, row in rows.iterrows()}
        )
    return to_markdown(pd.DataFrame(columns))

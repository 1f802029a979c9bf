"""The tables that set methods side by side at every level."""

import pandas as pd

# Figure, title, decimals, and whether more is better.
SHOWN = (
    ("psnr", "PSNR, dB", 2, True),
    ("ssim", "SSIM", 3, True),
    ("legibility", "Legibility, share of digits the judge reads correctly", 3, True),
    ("bce", "Binary cross-entropy", 4, False),
)


def side_by_side(table: pd.DataFrame) -> str:
    """The results of all methods at all levels as Markdown, one table per figure.

    Each cell is a mean and how far its 95 % interval reaches. Bold are the best of a row and
    those whose intervals overlap with the best's: between them the test images do not decide.

    Parameters
    ----------
    table : columns ``level``, ``blur``, ``amplitude``, ``white``, ``method``, ``images``,
        and every figure with its ``_low`` and ``_high``; methods and levels in the order they
        shall be shown
    """
    parts = [
        f"### {title}\n\n{_pivot(table, figure, decimals, more)}\n"
        for figure, title, decimals, more in SHOWN
    ]
    return "\n".join(parts)


def describe_noise(white: str, amplitude: float) -> str:
    """Kind and strength of white noise in a few characters."""
    return f"± {amplitude:g}" if white == "uniform" else f"{white} {amplitude:g}"


def leaders(rows: pd.DataFrame, figure: str, more: bool) -> pd.Series:
    """Which rows are the best at ``figure``, or not told apart from it by their intervals."""
    low, high = rows[f"{figure}_low"], rows[f"{figure}_high"]
    best = rows[figure].idxmax() if more else rows[figure].idxmin()
    return high >= low[best] if more else low <= high[best]


def _pivot(table: pd.DataFrame, figure: str, decimals: int, more: bool) -> str:
    methods = list(dict.fromkeys(table["method"]))
    lines = [
        "| level | blur σ | noise | " + " | ".join(methods) + " |",
        "| --- | ---: | ---: |" + " ---: |" * len(methods),
    ]
    for level, rows in table.groupby("level", sort=False):
        rows = rows.set_index("method")
        leading = leaders(rows, figure, more)
        cells = [_cell(rows.loc[name], figure, decimals, leading[name]) for name in methods]
        first = rows.iloc[0]
        strength = f"{first['blur']} | {describe_noise(first['white'], first['amplitude'])}"
        lines.append(f"| {level} | {strength} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(row: pd.Series, figure: str, decimals: int, bold: bool) -> str:
    value = row[figure]
    reach = max(value - row[f"{figure}_low"], row[f"{figure}_high"] - value)
    mark = "**" if bold else ""
    return f"{mark}{value:.{decimals}f}{mark} ± {reach:.{decimals}f}"

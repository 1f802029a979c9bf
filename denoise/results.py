"""The table that sets the methods side by side at every level."""

import pandas as pd

FIGURES = ("bce", "bce_excess", "mse", "psnr", "ssim", "legibility")


def side_by_side(table: pd.DataFrame) -> str:
    """The results of all methods at all levels as Markdown, one table per figure.

    Parameters
    ----------
    table : columns ``level``, ``blur``, ``amplitude``, ``method``, ``images`` and the figures,
        methods and levels in the order they shall be shown
    """
    parts = []
    for figure, title in (
        ("psnr", "PSNR, dB"),
        ("ssim", "SSIM"),
        ("legibility", "Legibility, share of digits the judge reads correctly"),
        ("bce", "Binary cross-entropy"),
    ):
        decimals = 2 if figure == "psnr" else 4 if figure == "bce" else 3
        parts.append(f"### {title}\n\n{_pivot(table, figure, decimals)}\n")
    return "\n".join(parts)


def _pivot(table: pd.DataFrame, figure: str, decimals: int) -> str:
    methods = list(dict.fromkeys(table["method"]))
    lines = [
        "| level | blur σ | noise ± | " + " | ".join(methods) + " |",
        "| --- | ---: | ---: |" + " ---: |" * len(methods),
    ]
    for level, rows in table.groupby("level", sort=False):
        values = rows.set_index("method")[figure]
        cells = [f"{values[method]:.{decimals}f}" for method in methods]
        strength = f"{rows['blur'].iloc[0]} | {rows['amplitude'].iloc[0]}"
        lines.append(f"| {level} | {strength} | " + " | ".join(cells) + " |")
    return "\n".join(lines)

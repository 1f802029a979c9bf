"""Methods side by side on whole pictures."""

import pandas as pd

from denoise.reporting.result_tables import to_markdown

FIGURES = (("psnr", "PSNR, dB", 2), ("ssim", "SSIM", 3))


def pictures_as_markdown(table: pd.DataFrame) -> str:
    """Write a table for each level and figure as Markdown: a row is a method, a column a picture.

    The last column is the mean over pictures; the best of each column is bold.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``level``, ``picture``, ``method``, ``psnr`` and ``ssim``, in the order they are to
        be shown in.
    """
    parts = []
    for level, rows in table.groupby("level", sort=False):
        for figure, title, decimals in FIGURES:
            wide = rows.pivot(index="method", columns="picture", values=figure)
            wide = wide.loc[rows["method"].unique(), rows["picture"].unique()]
            wide["mean"] = wide.mean(axis=1)
            shown = pd.DataFrame({"method": wide.index})
            for picture, values in wide.items():
                shown[picture] = [_cell(value, values.max(), decimals) for value in values]
            parts.append(f"### {level}: {title}\n\n{to_markdown(shown)}")
    return "\n".join(parts)


def _cell(value: float, best: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return f"**{text}**" if value == best else text

"""The one table to read first."""

import pandas as pd

from denoise.reporting.result_tables import has_no_psnr, to_markdown

NOT_TOLD = ("noisy", "linear", "blind")  # of the rows that are no model


def overview_as_markdown(results: pd.DataFrame, models: list[str]) -> str:
    """Write PSNR and legibility at every level: untouched, best linear and classical, models.

    Parameters
    ----------
    results : pandas.DataFrame
        A row per level and method, as in metrics/summary/results.csv.
    models : list[str]
        The methods that are models, each a column of its own; all else but "noisy", "linear" and
        "blind" competes for the column of the best classical filter, by PSNR.

    Returns
    -------
    str
        A Markdown table.
    """
    rows = []
    for level, methods in results.groupby("level", sort=False):
        by_name = methods.set_index("method")
        filters = by_name.drop(index=[*NOT_TOLD, *models], errors="ignore")
        row = {"level": level, "noisy": _cell(by_name.loc["noisy"])}
        row["best linear"] = _cell(by_name.loc["linear"])
        row["best filter"] = _cell(by_name.loc[filters["psnr"].idxmax()])
        rows.append(row | {name: _cell(by_name.loc[name]) for name in models})
    return to_markdown(pd.DataFrame(rows))


def _cell(row: pd.Series) -> str:
    psnr = "–" if has_no_psnr(row["psnr"]) else f"{row['psnr']:.2f}"
    return f"{psnr} / {row['legibility']:.3f}" if "legibility" in row else psnr

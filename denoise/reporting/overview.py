"""The one table to read first."""

import pandas as pd

from denoise.reporting.result_tables import available, has_no_psnr, to_markdown

# Of the rows that are no model: what filters nothing, learns from clean images, or is not told.
NO_FILTERS = ("noisy", "linear", "mixture", "training images", "blind")
PSNR = (("psnr",), ("psnr_estimate",))  # the second of data without clean images


def overview_as_markdown(results: pd.DataFrame, models: list[str]) -> str:
    """Write PSNR and legibility at every level: untouched, best linear and classical, models.

    The best linear denoiser has no column where it could not be measured.

    Parameters
    ----------
    results : pandas.DataFrame
        A row per level and method, as in metrics/summary/results.csv.
    models : list[str]
        The methods that are models, each a column of its own; all else but `NO_FILTERS` competes
        for the column of the best classical filter, by PSNR.

    Returns
    -------
    str
        A Markdown table.
    """
    ((psnr,),) = available(PSNR, results)
    rows = []
    for level, methods in results.groupby("level", sort=False):
        by_name = methods.set_index("method")
        filters = by_name.drop(index=[*NO_FILTERS, *models], errors="ignore")
        # Of an estimate by the error: where that is not above 0, there is no PSNR.
        estimated = "mse_estimate" in filters
        best = filters["mse_estimate"].idxmin() if estimated else filters[psnr].idxmax()
        shown = {"noisy": "noisy", "best linear": "linear", "best filter": best}
        shown |= {name: name for name in models}
        cells = {
            title: _cell(by_name.loc[name], psnr)
            for title, name in shown.items()
            if name in by_name.index
        }
        rows.append({"level": level, **cells})
    return to_markdown(pd.DataFrame(rows))


def _cell(row: pd.Series, figure: str) -> str:
    if pd.isna(row[figure]):
        return "too near to tell"
    psnr = "–" if has_no_psnr(row[figure]) else f"{row[figure]:.2f}"
    return f"{psnr} / {row['legibility']:.3f}" if "legibility" in row else psnr

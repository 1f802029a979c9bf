"""Damage that a model was not trained for, as a table."""

import pandas as pd

from denoise.reporting.result_tables import to_markdown


def robustness_as_markdown(results: pd.DataFrame) -> str:
    """Write which share of digits is read before and after denoising, as Markdown.

    Parameters
    ----------
    results : pandas.DataFrame
        Columns ``corruption``, ``strength``, ``images`` ("corrupted" or "denoised") and
        ``legibility``; without the last, ``psnr`` is shown. Without rows, a sentence says why.
    """
    if results.empty:
        return "The data has no clean images that could be damaged.\n"
    read = "legibility" in results
    column, number = ("legibility", "{:.3f}") if read else ("psnr", "{:.2f}")
    keys = ["corruption", "strength"]
    before, after = (
        results[results["images"] == state].set_index(keys)[column]
        for state in ("corrupted", "denoised")
    )
    shown = {
        "damage": before.index.get_level_values("corruption"),
        "strength": before.index.get_level_values("strength").map("{:g}".format),
        "read before" if read else "PSNR before": before.map(number.format).to_numpy(),
        "read after" if read else "PSNR after": after[before.index].map(number.format).to_numpy(),
    }
    return to_markdown(pd.DataFrame(shown))

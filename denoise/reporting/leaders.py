"""Which methods are the best at a level, or not told apart from the best."""

import pandas as pd

from denoise.evaluation.measured import SCORES, refuse_other_images
from denoise.evaluation.paired import differences
from denoise.reporting.result_tables import SHOWN, available, has_no_psnr

# Single images have no such figure: what decides is another, of which less is better.
DECIDED_BY = {"psnr_estimate": "mse_estimate"}


def mark_leaders(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of methods, with a column ``<figure>_best`` for each of its figures.

    Marked are the best of a level and what is not told apart from it, see
    `denoise.evaluation.paired.differences`. An untouched clean image, whose PSNR would be infinite,
    takes no part in a contest of PSNR.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``level``, ``method``, ``images``, the figures, and ``scores``, which is not
        returned: in each row a (trainings, images) structured array where luck of training counts,
        and an (images,) one where a method is taken as it is, such as a filter or an ensemble.

    Raises
    ------
    InputError
        when the methods are not measured on the same images.
    """
    refuse_other_images(table)
    marked = table.drop(columns=SCORES)
    for figure, _, _, more in available(SHOWN, table):
        best = pd.Series(False, table.index)
        for _, rows in table.groupby("level", sort=False):
            best[rows.index] = _leaders(rows, figure, more)
        marked[f"{figure}_best"] = best
    return marked


def _leaders(rows: pd.DataFrame, figure: str, more: bool) -> pd.Series:
    decided_by = DECIDED_BY.get(figure, figure)
    taking_part = ~has_no_psnr(rows[figure]) if figure == "psnr" else rows[decided_by].notna()
    if not taking_part.any():
        return taking_part
    more = more and decided_by == figure
    best = rows[decided_by][taking_part].agg("idxmax" if more else "idxmin")
    scores = rows[SCORES]
    told_apart = differences(list(scores), scores[best], decided_by)["decided"].to_numpy()
    return taking_part & ~told_apart

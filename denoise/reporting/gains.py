"""How far models are above or below weights whose figures were published."""

import pandas as pd

from denoise.reporting.result_tables import SHOWN, available, to_markdown


def gains_over(published: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Return what each training has more than the published weights, at every level.

    Parameters
    ----------
    published : pandas.DataFrame
        A row per level: ``level`` and the figures, without intervals.
    measured : pandas.DataFrame
        A row per level and training: ``level``, ``method``, ``seed``, and the figures with their
        intervals, as `denoise.evaluation.metrics.means_with_intervals` has them.

    Returns
    -------
    pandas.DataFrame
        A row per level and training: each figure as it was published, ``<figure>_published``, and
        in ``<figure>``, ``<figure>_low`` and ``<figure>_high`` what the training has more.
    """
    table = measured.merge(published, on="level", suffixes=("", "_published"))
    columns = ["level", "method", "seed"]
    for figure, *_ in available(SHOWN, measured):
        ends = [f"{figure}{end}" for end in ("", "_low", "_high")]
        table[ends] = table[ends].sub(table[f"{figure}_published"], axis=0)
        columns += [f"{figure}_published", *ends]
    return table[columns]


def gains_as_markdown(table: pd.DataFrame) -> str:
    """Write the gains as Markdown, one table per figure: their mean, and the trainings' range.

    Bold is better, and in italics worse, in every training by more than its interval. What was
    trained once is not marked: luck may have done it.
    """
    trainings = table.groupby("method", sort=False)["seed"].nunique()
    parts = []
    for figure, title, decimals, more in available(SHOWN, table):
        lines = []
        for level, rows in table.groupby("level", sort=False):
            published = rows[f"{figure}_published"].iloc[0]
            line = {"level": level, "published": f"{published:.{decimals}f}"}
            for method, of_method in rows.groupby("method", sort=False):
                count = trainings[method]
                title_of = f"{method}, {count} training{'s' if count > 1 else ''}"
                line[title_of] = _cell(of_method, figure, decimals, more)
            lines.append(line)
        parts.append(f"### {title}\n\n{to_markdown(pd.DataFrame(lines))}")
    return "\n".join(parts)


def _cell(rows: pd.DataFrame, figure: str, decimals: int, more: bool) -> str:
    gains = rows[figure]
    mean = f"{gains.mean():+.{decimals}f}"
    if len(rows) == 1:
        return mean
    higher, lower = (rows[f"{figure}_low"] > 0).all(), (rows[f"{figure}_high"] < 0).all()
    better, worse = (higher, lower) if more else (lower, higher)
    mark = "**" if better else "*" if worse else ""
    return f"{mark}{mean}{mark} ({gains.min():+.{decimals}f} to {gains.max():+.{decimals}f})"

"""How far models are above or below weights whose figures were published."""

import pandas as pd

from denoise.reporting.result_tables import SHOWN, available, reach, to_markdown


def gains_over(published: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Return what each model has more than the published weights, at every level.

    Parameters
    ----------
    published : pandas.DataFrame
        A row per level: ``level`` and the figures, without intervals.
    measured : pandas.DataFrame
        A row per level and method: ``level``, ``method``, and the figures with their intervals, as
        `denoise.evaluation.metrics.means_with_intervals` has them.

    Returns
    -------
    pandas.DataFrame
        A row per level and method: each figure as it was published, ``<figure>_published``, and in
        ``<figure>``, ``<figure>_low`` and ``<figure>_high`` what the model has more.
    """
    table = measured.merge(published, on="level", suffixes=("", "_published"))
    columns = ["level", "method"]
    for figure, *_ in available(SHOWN, measured):
        ends = [f"{figure}{end}" for end in ("", "_low", "_high")]
        table[ends] = table[ends].sub(table[f"{figure}_published"], axis=0)
        columns += [f"{figure}_published", *ends]
    return table[columns]


def gains_as_markdown(table: pd.DataFrame) -> str:
    """Write the gains as Markdown, one table per figure.

    Bold is better than the published figure with the whole interval, in brackets worse with the
    whole interval; between them the test images do not decide.
    """
    parts = []
    for figure, title, decimals, more in available(SHOWN, table):
        lines = []
        for level, rows in table.groupby("level", sort=False):
            published = rows[f"{figure}_published"].iloc[0]
            line = {"level": level, "published": f"{published:.{decimals}f}"}
            cells = {
                row["method"]: _cell(row, figure, decimals, more) for _, row in rows.iterrows()
            }
            lines.append(line | cells)
        parts.append(f"### {title}\n\n{to_markdown(pd.DataFrame(lines))}")
    return "\n".join(parts)


def _cell(row: pd.Series, figure: str, decimals: int, more: bool) -> str:
    low, high = row[f"{figure}_low"], row[f"{figure}_high"]
    text = f"{row[figure]:+.{decimals}f} ± {reach(row, figure):.{decimals}f}"
    better, worse = (low > 0, high < 0) if more else (high < 0, low > 0)
    return f"**{text}**" if better else f"({text})" if worse else text

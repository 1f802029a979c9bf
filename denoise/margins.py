"""How far models are above or below weights whose figures were published."""

import pandas as pd

from denoise.results import SHOWN


def margins_over(published: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """What each model has more than the published weights, at every level.

    Parameters
    ----------
    published : a row per level: ``level`` and the figures, without intervals
    measured : a row per level and method: ``level``, ``method``, and the figures with their
        intervals, as `denoise.quality.means_with_intervals` has them

    Returns
    -------
    pandas.DataFrame
        a row per level and method: each figure as it was published, ``<figure>_published``, and
        in ``<figure>``, ``<figure>_low`` and ``<figure>_high`` what the model has more
    """
    table = measured.merge(published, on="level", suffixes=("", "_published"))
    columns = ["level", "method"]
    for figure, *_ in SHOWN:
        ends = [f"{figure}{end}" for end in ("", "_low", "_high")]
        table[ends] = table[ends].sub(table[f"{figure}_published"], axis=0)
        columns += [f"{figure}_published", *ends]
    return table[columns]


def margins_as_markdown(table: pd.DataFrame) -> str:
    """The margins as Markdown, one table per figure.

    Bold is better than the published figure with the whole interval, in brackets worse with the
    whole interval; between them the test images do not decide.
    """
    methods = list(dict.fromkeys(table["method"]))
    parts = []
    for figure, title, decimals, more in SHOWN:
        lines = [
            f"### {title}\n",
            f"| level | published | {' | '.join(methods)} |",
            "| --- | ---: |" + " ---: |" * len(methods),
        ]
        for level, rows in table.groupby("level", sort=False):
            published = rows[f"{figure}_published"].iloc[0]
            cells = [_cell(row, figure, decimals, more) for _, row in rows.iterrows()]
            lines.append(f"| {level} | {published:.{decimals}f} | {' | '.join(cells)} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _cell(row: pd.Series, figure: str, decimals: int, more: bool) -> str:
    low, value, high = row[f"{figure}_low"], row[figure], row[f"{figure}_high"]
    text = f"{value:+.{decimals}f} ± {max(value - low, high - value):.{decimals}f}"
    better, worse = (low > 0, high < 0) if more else (high < 0, low > 0)
    return f"**{text}**" if better else f"({text})" if worse else text

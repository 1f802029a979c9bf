"""The tables that set methods side by side at every level."""

from collections.abc import Mapping, Sequence

import pandas as pd

from denoise.io.parameters.noise import GIVEN

# Figure, title, decimals, and whether more is better.
SHOWN = (
    ("psnr", "PSNR, dB", 2, True),
    ("psnr_estimate", "Estimated PSNR, dB, against a second noisy picture", 2, True),
    ("ssim", "SSIM", 3, True),
    ("legibility", "Legibility, share of digits the classifier reads correctly", 3, True),
    ("bce", "Binary cross-entropy", 4, False),
)
ESTIMATED = (
    "The data has no clean images. The error to them is estimated: it is the mean squared error to"
    " a second noisy picture, less the variance of that picture's noise.\n"
)
AT_LEAST = (
    "`at least` is the lower end of an interval that has no upper one: the error may be anything"
    " down to 0."
)
UNTOUCHED = 99.0  # dB, just below the cap at which `denoise.evaluation.metrics.psnr` ends


def has_no_psnr(psnr: float) -> bool:
    """Whether an image is the clean one, untouched, whose PSNR would be infinite."""
    return psnr > UNTOUCHED


def side_by_side(
    table: pd.DataFrame, left_out: Mapping[str, str] | None = None, warning: str | None = None
) -> str:
    """Write the results of all methods at all levels as Markdown, one table per figure.

    A row is a method, a column a level. Each cell is a mean and how far its 95 % interval reaches.
    Bold are the best of a level and those that are not told apart from it.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``level``, ``blur``, ``amplitude``, ``kind``, ``method``, and every figure with its
        ``_low``, ``_high`` and ``_best``; methods and levels in the order they shall be shown. With
        a column ``trainings``, methods that were trained several times are named as a mean; with
        ``weights``, methods that have them are named with their number.
    left_out : Mapping or None
        Why methods have no row, by their names.
    warning : str or None
        What is wrong with estimates, in a sentence without its full stop.
    """
    parts = [_describe_levels(table)]
    if "psnr_estimate" in table:
        parts.append(ESTIMATED)
        if warning:
            parts.append(f"**{warning}.**\n")
        if has_open_interval(table, "psnr_estimate"):
            parts.append(f"{AT_LEAST}\n")
    parts += [
        f"### {title}\n\n{_pivot(table, figure, decimals)}"
        for figure, title, decimals, _ in available(SHOWN, table)
    ]
    if left_out:
        reasons = [f"- `{method}`: {reason}." for method, reason in left_out.items()]
        parts.append("\n".join(["Left out:\n", *reasons, ""]))
    return "\n".join(parts)


def first_trainings(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a model's first seed, which is the one that is shown, without the seed."""
    return table[table["seed"] == table["seed"].iloc[0]].drop(columns="seed")


def available(figures: Sequence[tuple], table: pd.DataFrame) -> list[tuple]:
    """Return those of ``figures``, by their first item, that a table has: without labels, fewer."""
    return [figure for figure in figures if figure[0] in table]


def has_open_interval(table: pd.DataFrame, figure: str) -> bool:
    """Whether some 95 % interval of an estimated PSNR has a lower end and no upper one."""
    return bool((table[f"{figure}_low"].notna() & table[f"{figure}_high"].isna()).any())


def cell(row: pd.Series, figure: str, decimals: int, bold: bool = False) -> str:
    """Write a figure and the reach of its interval, such as ``**17.99** ± 0.04``.

    Where the interval is open above, write its lower end: ``27.10 (at least 26.30)``, or that alone
    where an estimated error is 0, or less by chance. Without either end, write the figure alone.
    """
    value, low, high = (row[f"{figure}{end}"] for end in ("", "_low", "_high"))
    if figure == "psnr" and has_no_psnr(value):
        return "untouched"
    mark = "**" if bold else ""
    if pd.isna(value):
        return "too near to tell" if pd.isna(low) else f"{mark}at least {low:.{decimals}f}{mark}"
    shown = f"{mark}{value:.{decimals}f}{mark}"
    if pd.isna(high):
        return shown if pd.isna(low) else f"{shown} (at least {low:.{decimals}f})"
    return f"{shown} ± {max(value - low, high - value):.{decimals}f}"


def describe_noise(kind: str, amplitude: float) -> str:
    """Kind and strength of white noise in a few characters."""
    if kind == GIVEN:
        return "as it came"
    return f"± {amplitude:g}" if kind == "uniform" else f"{kind} {amplitude:g}"


def to_markdown(table: pd.DataFrame, words: int = 1) -> str:
    """Write a table of strings as Markdown, all but its first ``words`` columns to the right."""
    alignment = ["left"] * words + ["right"] * (table.shape[1] - words)
    return table.to_markdown(index=False, disable_numparse=True, colalign=alignment) + "\n"


def _describe_levels(table: pd.DataFrame) -> str:
    levels = [
        f"{row.level}: σ {row.blur:g}, {describe_noise(row.kind, row.amplitude)}"
        for row in table.drop_duplicates("level").itertuples()
    ]
    return f"Levels, by blur in pixels and white noise: {'; '.join(levels)}.\n"


def _pivot(table: pd.DataFrame, figure: str, decimals: int) -> str:
    columns = {"method": _titles(table)}
    for level, rows in table.groupby("level", sort=False):
        rows = rows.set_index("method")
        columns[level] = pd.Series(
            {
                name: cell(row, figure, decimals, row[f"{figure}_best"])
                for name, row in rows.iterrows()
            }
        )
    return to_markdown(pd.DataFrame(columns))


def _titles(table: pd.DataFrame) -> pd.Series:
    """Return what a method is called in a table, by its name."""
    first = table.drop_duplicates("method").set_index("method")
    titles = pd.Series(first.index, first.index)
    if "trainings" in first:
        titles += [f", mean of {count}" if count > 1 else "" for count in first["trainings"]]
    if "weights" in first:
        titles += [
            "" if pd.isna(count) else f", {count:,.0f} weights" for count in first["weights"]
        ]
    return titles

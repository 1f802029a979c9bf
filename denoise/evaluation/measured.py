"""Measured methods on disk: a table of means and, beside it, the scores of every single image.

Methods are measured on the same images. Whether two of them differ is decided by the differences
image by image, see `denoise.evaluation.paired`, which the means alone do not tell.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.evaluation.metrics import means_with_intervals
from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level
from denoise.storage.metric_files import read_table, write_table

SCORES = "scores"  # the column that holds, in each row, what the single images scored
# Half precision, of which rounding changes a mean over thousands of images in its fifth digit: the
# published means are those of the full figures.
PRECISION = {"psnr": "<f2", "ssim": "<f2", "bce": "<f2", "legibility": "?", "mse_estimate": "<f4"}
LEFT_OUT = "left_out"  # the column that says why a method could not be measured, in a few words


def as_row(figures: pd.DataFrame) -> dict:
    """Return what a row of a table says of one method at one level.

    Parameters
    ----------
    figures : pandas.DataFrame
        What `denoise.evaluation.metrics.measure` returns.

    Returns
    -------
    dict
        The number of ``images``, the mean of every figure with the ends of its interval, and in
        ``scores`` an (images,) structured array.
    """
    kept = [name for name in PRECISION if name in figures]
    scores = np.empty(len(figures), [(name, PRECISION[name]) for name in kept])
    for name in kept:
        scores[name] = figures[name]
    return {"images": len(figures), **means_with_intervals(figures), SCORES: scores}


def write_measured(rows: list[dict], path: Path) -> None:
    """Write rows as a CSV table, and their scores as ``.npy`` beside it, (rows, images).

    A row that holds no figures and says why in ``left_out`` has no scores.
    """
    table = pd.DataFrame(rows)
    scores = np.stack([row[SCORES] for row in rows if SCORES in row])
    table = table.drop(columns=SCORES)
    if LEFT_OUT in table:
        table = table.astype({"images": "Int64"})  # which has whole numbers and none
    with atomic_file(path.with_suffix(".npy")) as partial, partial.open("wb") as file:
        np.save(file, scores)
    write_table(table, path)


def read_measured(path: Path) -> pd.DataFrame:
    """Read a table that `write_measured` wrote, with its scores as the last column.

    What was left out is not in it, see `read_left_out`.

    Raises
    ------
    InputError
        when one of the two files is missing, or they are not of the same rows.
    """
    table, beside = read_table(path), path.with_suffix(".npy")
    if LEFT_OUT in table:
        table = table[table[LEFT_OUT].isna()].drop(columns=LEFT_OUT)
        table = table.astype({"images": int}).reset_index(drop=True)
    try:
        scores = np.load(beside)
    except (OSError, ValueError, EOFError):
        scores = ()
    if len(scores) != len(table):
        raise InputError(f"{beside} is missing, or not of the rows of {path}: `dvc repro` makes it")
    return table.assign(**{SCORES: pd.Series(list(scores), table.index, dtype=object)})


def read_left_out(levels: Iterable[str], folder: Path) -> dict[str, str]:
    """Return why methods are missing from the tables of levels, by the names of the methods.

    Parameters
    ----------
    levels : iterable of str
        Their names.
    folder : Path
        Holds a table for each level.
    """
    found: dict[str, str] = {}
    for name in sorted(levels):
        table = read_table(folder / f"{name}.csv")
        if LEFT_OUT in table:
            missing = table[table[LEFT_OUT].notna()]
            found |= dict(zip(missing["method"], missing[LEFT_OUT], strict=True))
    return found


def read_levels(levels: Mapping[str, Level], *folders: Path) -> pd.DataFrame:
    """Read what was measured at every level, a table of its own in each folder.

    Parameters
    ----------
    levels : Mapping[str, Level]
        By name; the table of a level is called like it.
    *folders : Path
        The methods of the first come first.

    Returns
    -------
    pandas.DataFrame
        One row per level and method: ``level``, what the level is, ``method``, ``images``, every
        figure with its interval, and ``scores``.
    """
    tables = []
    for name in sorted(levels):
        rows = [read_measured(folder / f"{name}.csv") for folder in folders]
        table = pd.concat(rows, ignore_index=True)
        for place, (key, value) in enumerate(levels[name].model_dump().items()):
            table.insert(place, key, value)
        table.insert(0, "level", name)
        tables.append(table.drop(columns=["parameter", "value"], errors="ignore"))
    return pd.concat(tables, ignore_index=True)


def refuse_other_images(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of methods side by side, if all of them are measured on the same images.

    Raises
    ------
    InputError
        when two of its rows are over different numbers of images.
    """
    counts = table["images"].unique()
    if len(counts) > 1:
        fewest = table.loc[table["images"].idxmin()]
        raise InputError(
            f"{fewest['method']!r} is measured on {fewest['images']} images at {fewest['level']},"
            f" others on {counts.max()}: methods are compared on the same images only"
        )
    return table

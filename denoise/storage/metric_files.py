"""Metrics on disk, in bytes that say nothing but the numbers: sorted keys, six decimals."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError

DECIMALS = 6
# Columns of names: what looks like a number or a missing value there is a name all the same.
NAMES = ("candidate", "corruption", "kind", "level", "method", "model", "parameter", "recipe")


def write_json(content: Mapping, path: Path) -> None:
    """Write metrics with sorted keys and numbers to six decimals."""
    with atomic_file(path) as partial:
        partial.write_text(
            json.dumps(_rounded(content), indent=2, sort_keys=True) + "\n", encoding="utf-8"
        )


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with numbers to six decimals."""
    with atomic_file(path) as partial:
        table.round(DECIMALS).to_csv(partial, index=False, lineterminator="\n")


def write_text(text: str, path: Path) -> None:
    """Write a text file."""
    with atomic_file(path) as partial:
        partial.write_text(text, encoding="utf-8")


def read_json(path: Path) -> dict:
    """Read metrics that `write_json` wrote.

    Raises
    ------
    InputError
        when the file is missing.
    """
    return json.loads(_existing(path).read_text(encoding="utf-8"))


def read_table(path: Path) -> pd.DataFrame:
    """Read a table that `write_table` wrote.

    Raises
    ------
    InputError
        when the file is missing.
    """
    return pd.read_csv(
        _existing(path),
        dtype=dict.fromkeys(NAMES, str),
        keep_default_na=False,
        na_values=[""],
    )


def _existing(path: Path) -> Path:
    if not path.exists():
        raise InputError(f"{path} does not exist: `dvc repro` makes it")
    return path


def _rounded(value):
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return round(value, DECIMALS) if isinstance(value, float) else value

"""A data set on disk: one memory-mappable ``.npy`` file per array, in a folder."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from denoise.io.atomic import atomic_folder
from denoise.io.errors import InputError


def write_arrays(arrays: Mapping[str, np.ndarray], folder: Path) -> None:
    """Write each array to ``folder/<name>.npy``; the folder appears whole or not at all."""
    with atomic_folder(folder) as partial:
        for name, array in arrays.items():
            np.save(partial / f"{name}.npy", array)


def read_labels(folder: Path, part: str) -> np.ndarray | None:
    """Memory-map ``folder/<part>_labels.npy``; None where the data set has no labels."""
    name = f"{part}_labels"
    return read_array(folder, name) if (folder / f"{name}.npy").exists() else None


def read_array(folder: Path, name: str) -> np.ndarray:
    """Memory-map ``folder/<name>.npy``.

    Raises
    ------
    InputError
        when the file is missing or not an array.
    """
    path = folder / f"{name}.npy"
    if not path.exists():
        raise InputError(f"{path} does not exist yet: `dvc repro` runs the stage that makes it")
    try:
        return np.load(path, mmap_mode="r")
    except (ValueError, EOFError) as error:
        raise InputError(
            f"{path} is damaged ({error}): delete {folder} and run `dvc repro`"
        ) from None

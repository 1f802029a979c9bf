"""A data set on disk: one memory-mappable ``.npy`` file per array, in a folder, and tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from denoise.io.atomic import atomic_folder
from denoise.io.errors import InputError


def write_arrays(arrays: Mapping[str, Any], folder: Path) -> None:
    """Write arrays and tables to a folder, which appears whole or not at all.

    Parameters
    ----------
    arrays : Mapping
        By name: arrays, which become ``<name>.npy``, and `pandas.DataFrame`, ``<name>.csv``.
    folder : Path
        Replaced.
    """
    with atomic_folder(folder) as partial:
        for name, array in arrays.items():
            if isinstance(array, np.ndarray):
                np.save(partial / f"{name}.npy", array)
            else:
                array.to_csv(partial / f"{name}.csv", index=False, lineterminator="\n")


def read_labels(folder: Path, part: str) -> np.ndarray | None:
    """Memory-map ``folder/<part>_labels.npy``; None where the data set has no labels."""
    name = f"{part}_labels"
    return read_array(folder, name) if (folder / f"{name}.npy").exists() else None


def read_noisy(folder: Path, part: str) -> np.ndarray | None:
    """Memory-map the noisy pictures that a data set came with; None where it has none.

    Returns
    -------
    (copies, n, height, width) uint8 array
        One or two of each image of the ``part``, ``train`` or ``test``.
    """
    name = f"{part}_noisy"
    return read_array(folder, name) if (folder / f"{name}.npy").exists() else None


def has_clean(folder: Path) -> bool:
    """Whether a data set has clean images, and not two noisy ones of each alone."""
    return (folder / "train_images.npy").exists() or read_noisy(folder, "train") is None


def read_images(folder: Path, part: str) -> np.ndarray | None:
    """Memory-map the clean images of a part; None where a data set has noisy pictures alone.

    Returns
    -------
    (n, height, width) uint8 array or None
        Those to train on or to test on: ``part`` is ``train`` or ``test``.
    """
    return read_array(folder, f"{part}_images") if has_clean(folder) else None


def has_patches(folder: Path) -> bool:
    """Whether the images of a data set were cut out of larger pictures."""
    return (folder / "train_patches.csv").exists()


def read_array(folder: Path, name: str) -> np.ndarray:
    """Memory-map ``folder/<name>.npy``.

    Raises
    ------
    InputError
        when the file is missing, as in a data set without clean pictures, or not an array.
    """
    path = folder / f"{name}.npy"
    if name.endswith("_images") and not path.exists() and not has_clean(folder):
        raise InputError(
            f"{folder} holds no clean pictures, and this needs them: `dvc repro` measures what can"
            " be measured without them"
        )
    if not path.exists():
        raise InputError(f"{path} does not exist yet: `dvc repro` runs the stage that makes it")
    try:
        return np.load(path, mmap_mode="r")
    except (ValueError, EOFError) as error:
        raise InputError(
            f"{path} is damaged ({error}): delete {folder} and run `dvc repro`"
        ) from None

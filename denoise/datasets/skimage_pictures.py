"""Photographs and textures that scikit-image brings in its wheel, cut into patches.

Others of its pictures it would download; none of those is taken.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import skimage

from denoise.datasets.layout import check_hash, keep_apart, lay_out
from denoise.datasets.pairs import CLEAN
from denoise.datasets.picture_folders import hash_of_all
from denoise.datasets.pictures import SUFFIXES
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import SkimageDataset

FOLDER = Path(skimage.__file__).parent / "data"


def find_skimage_pictures(
    name: str, dataset: SkimageDataset
) -> dict[str, np.ndarray | pd.DataFrame]:
    """Return the patches of pictures by name, and the tables of where they were cut out.

    Parameters
    ----------
    name : str
        Of the data set, for messages.
    dataset : SkimageDataset
        Which pictures, how they are cut, and the SHA-256 of all of them.

    Returns
    -------
    dict
        ``train_images`` and ``test_images``, uint8, and ``train_patches`` and ``test_patches``, see
        `denoise.datasets.patches.lay_grid`.

    Raises
    ------
    InputError
        When there is no such picture, or they are others than the hash says.
    """
    files = {"train": files_of(dataset.train), "test": files_of(dataset.test)}
    check_hash(name, FOLDER, hash_of_all([*files["train"], *files["test"]], FOLDER), dataset.sha256)
    keep_apart(**files)
    found = {}
    for part, of_part in files.items():
        images, patches = lay_out(part, FOLDER, {CLEAN: of_part}, dataset)
        found |= {f"{part}_images": images[CLEAN], **patches}
    return found


def files_of(names: Sequence[str]) -> list[Path]:
    """Return the files of pictures that scikit-image brings; InputError for others."""
    there = {path.stem: path for path in sorted(FOLDER.iterdir()) if path.suffix in SUFFIXES}
    for name in names:
        if name not in there:
            raise InputError(
                f"scikit-image brings no picture {name!r}; it brings {', '.join(there)}"
            )
    return [there[name] for name in names]

"""How pictures become the arrays of a data set: all of one size, or cut into patches."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.datasets.pairs import check_copies, check_sizes
from denoise.datasets.patches import cut, lay_grid, tell_patches
from denoise.datasets.picture_folders import read_all, stack_alike
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import Cut


def check_hash(name: str, path: Path, found: str, expected: str) -> None:
    """Refuse data other than datasets.yaml says, with an InputError that tells their hash."""
    if found != expected:
        raise InputError(
            f"{path} has the SHA-256 {found}, and {name}.sha256 in datasets.yaml is"
            f" {expected!r}: copy the first there if this is the data you mean"
        )


def keep_apart(train: Sequence[Path], test: Sequence[Path]) -> None:
    """Refuse a picture to test on whose patches a model would have seen, in a file of any format.

    Raises
    ------
    InputError
        When two pictures have the same pixels, or one cannot be read.
    """
    seen: dict[bytes, Path] = {}
    for file in train:
        seen.setdefault(_hash_of_pixels(file), file)
    for file in test:
        same = seen.get(_hash_of_pixels(file))
        if same:
            raise InputError(f"{file} is the same picture as {same}: leave one of them out")


def lay_out(
    part: str, folder: Path, files: Mapping[str, Sequence[Path]], of: Cut
) -> tuple[dict[str, np.ndarray], dict[str, pd.DataFrame]]:
    """Return the pictures of each kind as an array, or their patches and a table of these.

    Parameters
    ----------
    part : str
        ``train`` or ``test``, whose patches do not overlap.
    folder : Path
        Pictures are called by where they lie below it.
    files : Mapping
        Of each kind, such as clean and noisy, the pictures, which belong together in their order.
    of : Cut
        What the data set says of patches.

    Returns
    -------
    arrays : dict
        Of each kind (n, height, width) uint8.
    tables : dict
        Of patches, ``<part>_patches``, see `denoise.datasets.patches.lay_grid`; else nothing.

    Raises
    ------
    InputError
        When they are not alike, or smaller than a patch, or two noisy pictures are the same one.
    """
    images = {kind: read_all(of_kind) for kind, of_kind in files.items()}
    first = next(iter(files))
    if len(files) > 1:
        check_sizes(files, images)
        check_copies(files, images)
    if of.patch is None:
        return {kind: stack_alike(files[kind], each) for kind, each in images.items()}, {}
    names, sizes = names_below(folder, files[first]), [image.shape for image in images[first]]
    patch = tuple(of.patch)
    stride = tuple(of.stride or patch) if part == "train" else patch
    table, left_over = lay_grid(names, sizes, patch, stride)
    print(tell_patches(part, sizes, len(table), patch, left_over), flush=True)
    patches = {kind: cut(names, each, table, patch) for kind, each in images.items()}
    return patches, {f"{part}_patches": table}


def names_below(folder: Path, files: Sequence[Path]) -> list[str]:
    """Return what pictures are called: where they lie below a folder."""
    return [file.relative_to(folder).as_posix() for file in files]


def _hash_of_pixels(file: Path) -> bytes:
    (image,) = read_all([file])
    return hashlib.sha256(f"{image.shape}".encode() + image.tobytes()).digest()

"""Noisy pictures as they came, with the clean ones that belong to them or a second noisy one."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from denoise.datasets.picture_folders import find_pictures, in_pixels
from denoise.io.errors import InputError

CLEAN, NOISY, COPY = "clean", "noisy", "noisy-copy"


def find_pairs(folder: Path) -> dict[str, list[Path]]:
    """Return the pictures of a part of a data set by folder, those of a pair at the same place.

    Parameters
    ----------
    folder : Path
        Holds the folder ``noisy``, and beside it ``clean``, or ``noisy-copy`` with a second noisy
        picture of each, or both. The pictures of a pair have the same name in each.

    Returns
    -------
    dict
        Of ``clean``, ``noisy`` and ``noisy-copy`` those that are there.

    Raises
    ------
    InputError
        When a folder is missing, or a picture has no other of its name.
    """
    if not (folder / NOISY).is_dir() or not any((folder / k).is_dir() for k in (CLEAN, COPY)):
        raise InputError(
            f"{folder} must hold the folder {NOISY!r} and beside it {CLEAN!r}, or {COPY!r} with a"
            " second noisy picture of each: the data set's format is pairs"
        )
    kinds = [kind for kind in (NOISY, CLEAN, COPY) if (folder / kind).is_dir()]
    found = {kind: find_pictures(folder / kind) for kind in kinds}
    names = {kind: {file.relative_to(folder / kind) for file in found[kind]} for kind in kinds}
    for kind in kinds[1:]:
        for one, other in ((NOISY, kind), (kind, NOISY)):
            if odd := sorted(names[one] - names[other]):
                raise InputError(
                    f"{folder / one / odd[0]} has no other of its name in {folder / other}: add it,"
                    " or leave both out"
                )
    return found


def check_sizes(files: Mapping[str, list[Path]], images: Mapping[str, list[np.ndarray]]) -> None:
    """Refuse pairs of which one picture has another size, with an InputError."""
    for kind in files:
        for number, (image, noisy) in enumerate(zip(images[kind], images[NOISY], strict=True)):
            if image.shape != noisy.shape:
                raise InputError(
                    f"{files[kind][number]} has {in_pixels(image)} pixels, and"
                    f" {files[NOISY][number]} {in_pixels(noisy)}: the pictures of a pair must be of"
                    " one size, pixel on pixel"
                )


def check_copies(files: Mapping[str, list[Path]], images: Mapping[str, list[np.ndarray]]) -> None:
    """Refuse a second noisy picture that is the first, with an InputError: it tells no noise."""
    for number, copy in enumerate(images.get(COPY, [])):
        if np.array_equal(copy, images[NOISY][number]):
            raise InputError(
                f"{files[COPY][number]} is the same picture as {files[NOISY][number]}, and must be"
                " one of the same scene with other noise: replace it, or leave the pair out"
            )

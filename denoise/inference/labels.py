"""Which arrays of an archive are labels, or say something else about its images."""

import re
from collections.abc import Mapping

import numpy as np

from denoise.datasets.grey_values import NARROWEST, white_of
from denoise.inference.array_files import StoredArray
from denoise.io.errors import InputError

# As a word, between _ or digits, or in camel case.
LABEL = re.compile(
    r"(?<![A-Za-z])[Ll]abels?(?![a-z])|(?<=[a-z])Labels?(?![a-z])|(?<![A-Za-z])LABELS?(?![A-Za-z])"
)
BLOCK = 1000  # rows that are in memory at a time


def is_label(name: str, stored: StoredArray, images: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether an array is no images, but says something about images.

    An array with more than two axes is not. One with fewer is. One with two is if its name says so,
    as ``labels`` beside ``images``; if its type or sides are no picture's; or if it is one-hot.

    Parameters
    ----------
    name : str
        Of the array.
    stored : StoredArray
        The array, which may be read.
    images : Mapping from str to tuple
        The names of the archive's arrays of images, and their shapes.

    Raises
    ------
    InputError
        When its name says of which images, and they are more or fewer; or when it may be a picture
        as well as a row for each of some images; or when its name says labels and its axes images.
    """
    shape = stored.shape
    if len(shape) > 2:
        if LABEL.search(name):
            raise InputError(
                f"it has the shape {shape}, and its name says that it holds labels, which have one"
                " or two axes: rename it if it holds images, or keep it in another file"
            )
        return False
    labelled = _labelled_by(name, images)
    if labelled:
        if shape[:1] != images[labelled][:1]:
            raise InputError(
                f"it has the shape {shape}, and {labelled!r} holds {images[labelled][0]} images:"
                " give each its label"
            )
        return True
    if len(shape) < 2 or min(shape) < NARROWEST:
        return True
    as_many = [other for other, whole in images.items() if whole[0] == shape[0]]
    if not as_many:
        return False
    if not _may_be_grey(stored.dtype):
        return True
    as_large = any(images[other][1:3] == shape for other in as_many)
    if not as_large and _is_one_hot(stored):
        return True
    raise InputError(
        f"it has the shape {shape}, and {as_many[0]!r} holds {shape[0]} images: reshape it to"
        f" {(1, *shape)} if it is a picture; if each row belongs to an image, keep it in another"
        " file"
    )


def _labelled_by(name: str, images: Mapping[str, tuple[int, ...]]) -> str | None:
    """Return the images that an array is named after."""
    for label, image in (("label", "image"), ("y", "x"), ("y", "X")):
        other = name.replace(label, image)
        if other != name and other in images:
            return other
    return None


def _may_be_grey(dtype: np.dtype) -> bool:
    return white_of(dtype) is not None or dtype.kind == "f"


def _is_one_hot(stored: StoredArray) -> bool:
    """Whether each row has one 1, and is 0 elsewhere."""
    return all(
        ((rows == 0) | (rows == 1)).all() and (rows != 0).sum(axis=1).tolist() == [1] * len(rows)
        for rows in stored.blocks(BLOCK)
    )

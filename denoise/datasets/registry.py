"""The formats of data sets there are, by the names that params.yaml gives them."""

from collections.abc import Mapping

import numpy as np

from denoise.datasets.idx_dataset import find_idx
from denoise.datasets.own import find_own
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import (
    Dataset,
    DigitsDataset,
    IdxDataset,
    OwnDataset,
    SkimageDataset,
)

LEAST = 12  # pixels of a side: below, there is no room for SSIM's window
LEAST_IMAGES = 6  # of each part: so many are drawn side by side, and intervals need some


def find_dataset(name: str, dataset: Dataset) -> dict:
    """Return ``train_images``, ``test_images`` and, where there are any, labels: uint8 arrays.

    Of a data set of one's own there may be more, or other arrays, see `denoise.datasets.own`.

    Parameters
    ----------
    name : str
        Of the data set.
    dataset : Dataset
        What datasets.yaml says of it.

    Raises
    ------
    InputError
        When it cannot be found, or its arrays do not fit together.
    """
    match dataset:
        case IdxDataset():
            arrays = find_idx(name, dataset)
        case OwnDataset():
            arrays = find_own(name, dataset)
        case SkimageDataset():
            from denoise.datasets.skimage_pictures import find_skimage_pictures

            arrays = find_skimage_pictures(name, dataset)
        case DigitsDataset():
            from denoise.datasets.sklearn_digits import find_digits  # two seconds to import

            arrays = find_digits()
    check(name, arrays)
    return arrays


def check(name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Refuse arrays that no stage could work on, with an InputError that says why."""
    sizes = {}
    for part in ("train", "test"):
        images, labels = arrays.get(f"{part}_images"), arrays.get(f"{part}_labels")
        if images is None:
            images = arrays[f"{part}_noisy"][0]
        if images.ndim != 3 or len(images) == 0:
            raise InputError(
                f"{part}_images of data set {name!r} has the shape {images.shape}; it must be"
                " (n, height, width)"
            )
        if labels is not None and labels.shape != images.shape[:1]:
            raise InputError(
                f"data set {name!r} has {len(images)} {part}_images and labels of shape"
                f" {labels.shape}"
            )
        if len(images) < LEAST_IMAGES:
            raise InputError(
                f"data set {name!r} has {len(images)} {part}_images: at least {LEAST_IMAGES} are"
                " needed to train, measure and draw"
            )
        sizes[part] = images.shape[1:]
    if sizes["train"] != sizes["test"]:
        raise InputError(
            f"data set {name!r} has training images of {sizes['train']} pixels and test images of"
            f" {sizes['test']}: make them alike"
        )
    if min(sizes["train"]) < LEAST:
        raise InputError(f"images of data set {name!r} must have at least {LEAST}x{LEAST} pixels")
    if ("train_labels" in arrays) != ("test_labels" in arrays):
        raise InputError(f"data set {name!r} has labels of one part only: give both or neither")
    if "train_labels" in arrays:
        unseen = np.setdiff1d(arrays["test_labels"], arrays["train_labels"])
        if unseen.size:
            raise InputError(
                f"data set {name!r} has test images of class {unseen[0]}, and no training images"
                " of it: a classifier would never learn it"
            )

"""The formats of data sets there are, by the names that params.yaml gives them."""

from collections.abc import Mapping

import numpy as np

from denoise.datasets.idx_dataset import find_idx
from denoise.datasets.own import find_own
from denoise.io.errors import InputError
from denoise.io.parameters import DigitsDataset, IdxDataset, OwnDataset

LEAST = 12  # pixels of a side: below, there is no room for SSIM's window


def find_dataset(name: str, dataset: IdxDataset | DigitsDataset | OwnDataset) -> dict:
    """Return ``train_images``, ``test_images`` and, where there are any, labels: uint8 arrays.

    Parameters
    ----------
    name : str
        Of the data set.
    dataset : IdxDataset or DigitsDataset or OwnDataset
        What params.yaml says of it.

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
        case DigitsDataset():
            from denoise.datasets.sklearn_digits import find_digits  # two seconds to import

            arrays = find_digits()
    check(name, arrays)
    return arrays


def check(name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Refuse arrays that no stage could work on, with an InputError that says why."""
    sizes = {}
    for part in ("train", "test"):
        images, labels = arrays[f"{part}_images"], arrays.get(f"{part}_labels")
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

"""Data sets of one's own: arrays in an .npz file, pictures in folders, or pairs of pictures."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.datasets.grey_values import as_grey, check_array
from denoise.datasets.layout import check_hash, keep_apart, lay_out, names_below
from denoise.datasets.pairs import CLEAN, COPY, NOISY, find_pairs
from denoise.datasets.picture_folders import find_pictures, hash_of_all
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import OwnDataset

PARTS = ("train", "test")


def find_own(name: str, dataset: OwnDataset) -> dict[str, np.ndarray | pd.DataFrame]:
    """Return the arrays of one's own data set.

    An ``.npz`` file holds ``train_images`` and ``test_images``, (n, height, width) of bool, uint8,
    uint16 or floats in [0, 1], and may hold ``train_labels`` and ``test_labels``, whole numbers
    from 0 on. A folder of pictures holds the folders ``train`` and ``test``; the folders in these
    are the classes, numbered in the order of their names in both alike, or pictures lie there at
    once, without labels. Classes take turns in the arrays, whatever the names of their pictures.
    Links are followed; how many hidden and other files were left out is told on the terminal. In
    pairs, ``train`` and ``test`` hold what `denoise.datasets.pairs.find_pairs` takes. Pictures and
    pairs may be cut into patches, which is told as well. A patch of a picture to train on begins
    ``stride`` pixels after the last; pictures to test on are cut side by side, so that no pixel
    counts twice.

    Parameters
    ----------
    name : str
        Of the data set, for messages.
    dataset : OwnDataset
        Where it is, and its SHA-256: the file's, or that of the names and contents of all pictures.

    Returns
    -------
    dict
        uint8 arrays: ``train_images`` and ``test_images``, and labels where there are any. Of pairs
        also ``train_noisy`` and ``test_noisy``, (one or two, n, height, width), and no images where
        there are no clean ones. Of patches also the tables ``train_patches`` and ``test_patches``,
        see `denoise.datasets.patches.lay_grid`.

    Raises
    ------
    InputError
        When it is missing, other than the hash says, or no such data.
    """
    path = Path(dataset.path).expanduser()
    if not path.exists():
        raise InputError(f"{path} does not exist: {name}.path in datasets.yaml names it")
    if dataset.format == "npz":
        if not path.is_file():
            raise InputError(f"{path} is no file: {name}.format in datasets.yaml says npz")
        content = path.read_bytes()
        check_hash(name, path, hashlib.sha256(content).hexdigest(), dataset.sha256)
        return _arrays(path, content)
    for part in PARTS:
        if not (path / part).is_dir():
            raise InputError(
                f"{path / part} is no folder: a data set of pictures has two, train and test"
            )
    read = _pairs if dataset.format == "pairs" else _pictures
    return read(name, path, dataset)


def _pictures(name: str, path: Path, dataset: OwnDataset) -> dict[str, np.ndarray | pd.DataFrame]:
    files = {part: find_pictures(path / part) for part in PARTS}
    check_hash(name, path, hash_of_all([*files["train"], *files["test"]], path), dataset.sha256)
    if dataset.patch:
        keep_apart(**files)
    arrays, classes = {}, {}
    for part, of_part in files.items():
        of_file, in_turns = zip(*_in_turns(path / part, of_part), strict=True)
        images, patches = lay_out(part, path / part, {CLEAN: in_turns}, dataset)
        arrays |= {f"{part}_images": images[CLEAN], **patches}
        classes[part] = of_file
        if patches:
            names = names_below(path / part, in_turns)
            by_name = dict(zip(names, of_file, strict=True))
            classes[part] = [by_name[picture] for picture in patches[f"{part}_patches"]["picture"]]
    return arrays | _labels(path, classes)


def _pairs(name: str, path: Path, dataset: OwnDataset) -> dict[str, np.ndarray | pd.DataFrame]:
    files = {part: find_pairs(path / part) for part in PARTS}
    kinds = {part: set(of_part) for part, of_part in files.items()}
    if kinds["train"] != kinds["test"]:
        odd = min(kinds["train"] ^ kinds["test"])
        raise InputError(f"{path} has a folder {odd!r} in one of train and test only: give both")
    every = [file for part in files.values() for of_kind in part.values() for file in of_kind]
    check_hash(name, path, hash_of_all(every, path), dataset.sha256)
    if dataset.patch:
        # Of any kind: a clean picture may belong to several noisy ones, or be among these.
        train, test = ([file for kind in part.values() for file in kind] for part in files.values())
        keep_apart(train, test)
    arrays = {}
    for part, of_part in files.items():
        images, patches = lay_out(part, path / part / NOISY, of_part, dataset)
        noisy = [images[kind] for kind in (NOISY, COPY) if kind in images]
        arrays |= {f"{part}_noisy": np.stack(noisy), **patches}
        if CLEAN in images:
            arrays[f"{part}_images"] = images[CLEAN]
    return arrays


def _arrays(path: Path, content: bytes) -> dict[str, np.ndarray]:
    try:
        stored = np.load(io.BytesIO(content), allow_pickle=False)
        if isinstance(stored, np.ndarray):
            raise ValueError("it is one array, as .npy files are")
        arrays = {name: part for name, part in stored.items() if isinstance(part, np.ndarray)}
    except Exception as error:  # of a damaged or encrypted archive, of any kind
        raise InputError(f"{path} is no .npz file of arrays: {error}") from None
    found = {}
    for part in PARTS:
        images = arrays.get(f"{part}_images")
        if images is None:
            raise InputError(f"{path} holds no {part}_images, but {', '.join(arrays) or 'nothing'}")
        found[f"{part}_images"] = _as_bytes(path, part, images)
        labels = arrays.get(f"{part}_labels")
        if labels is not None:
            if labels.dtype.kind not in "iu" or ((labels < 0) | (labels > 255)).any():
                raise InputError(f"{path}: {part}_labels must be whole numbers of 0 to 255")
            found[f"{part}_labels"] = labels.astype(np.uint8)
    return found


def _as_bytes(path: Path, part: str, images: np.ndarray) -> np.ndarray:
    try:
        check_array(images.shape, images.dtype)
        grey = as_grey(images)
    except InputError as error:
        raise InputError(f"{path}: {part}_images: {error}") from None
    if grey.size and not 0 <= grey.min() <= grey.max() <= 1:
        raise InputError(
            f"{path}: {part}_images must be bool, uint8, uint16, or floating-point from 0, black,"
            " to 1"
        )
    return np.rint(grey * 255).astype(np.uint8)


def _in_turns(folder: Path, files: list[Path]) -> list[tuple[str, Path]]:
    """Return class and file of every picture, one of each class after another.

    Where a stage does not use all images, it uses the first. A class is the name of the folder;
    it is empty where pictures lie there at once.
    """
    by_class: dict[str, list[tuple[str, Path]]] = {}
    for file in files:
        name = "" if file.parent == folder else file.relative_to(folder).parts[0]
        by_class.setdefault(name, []).append((name, file))
    if "" in by_class and len(by_class) > 1:
        raise InputError(
            f"{folder} holds both pictures and folders of them: make it one or the other"
        )
    return [each for turn in zip_longest(*by_class.values()) for each in turn if each]


def _labels(path: Path, classes: Mapping[str, Sequence[str]]) -> dict[str, np.ndarray]:
    names = sorted(set().union(*classes.values()) - {""})
    if len(names) > 256:
        raise InputError(f"{path} holds {len(names)} classes: at most 256 can be told apart")
    numbers = {name: number for number, name in enumerate(names)}
    return {
        f"{part}_labels": np.array([numbers[name] for name in of_part], np.uint8)
        for part, of_part in classes.items()
        if "" not in of_part
    }

"""Data sets of one's own: arrays in an .npz file, or pictures in folders."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np

from denoise.datasets.grey_values import as_grey, check_array
from denoise.datasets.pictures import SUFFIXES, read_picture
from denoise.io.errors import InputError
from denoise.io.parameters import OwnDataset

PARTS = ("train", "test")


def find_own(name: str, dataset: OwnDataset) -> dict[str, np.ndarray]:
    """Return the arrays of one's own data set.

    An ``.npz`` file holds ``train_images`` and ``test_images``, (n, height, width) of bool, uint8,
    uint16 or floats in [0, 1], and may hold ``train_labels`` and ``test_labels``, whole numbers
    from 0 on. A folder of pictures holds the folders ``train`` and ``test``; the folders in these
    are the classes, numbered in the order of their names in both alike, or pictures lie there at
    once, without labels. Classes take turns in the arrays, whatever the names of their pictures.

    Parameters
    ----------
    name : str
        Of the data set, for messages.
    dataset : OwnDataset
        Where it is, and its SHA-256: the file's, or that of the names and contents of all pictures.

    Returns
    -------
    dict
        ``train_images``, ``test_images``, and labels where there are any: uint8 arrays.

    Raises
    ------
    InputError
        When it is missing, other than the hash says, or no such data.
    """
    path = Path(dataset.path).expanduser()
    if not path.exists():
        raise InputError(f"{path} does not exist: datasets.{name}.path in params.yaml names it")
    if dataset.format == "npz":
        content = path.read_bytes()
        _check_hash(name, path, hashlib.sha256(content).hexdigest(), dataset.sha256)
        return _arrays(path, content)
    files = _pictures(path)
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(path).as_posix()} {len(content)}\n".encode() + content)
    _check_hash(name, path, digest.hexdigest(), dataset.sha256)
    arrays, classes = {}, {}
    for part in PARTS:
        of_part = [file for file in files if path / part in file.parents]
        classes[part], in_turns = zip(*_in_turns(path / part, of_part), strict=True)
        arrays[f"{part}_images"] = _images(in_turns)
    return arrays | _labels(path, classes)


def _check_hash(name: str, path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise InputError(
            f"{path} has the SHA-256 {found}, and datasets.{name}.sha256 in params.yaml is"
            f" {expected!r}: copy the first there if this is the data you mean"
        )


def _arrays(path: Path, content: bytes) -> dict[str, np.ndarray]:
    try:
        stored = np.load(io.BytesIO(content), allow_pickle=False)
        if isinstance(stored, np.ndarray):
            raise ValueError("it is one array, as .npy files are")
        arrays = dict(stored)
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
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


def _pictures(path: Path) -> list[Path]:
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
    for part in PARTS:
        if not any(path / part in file.parents for file in files):
            raise InputError(f"{path / part} holds no {', '.join(sorted(SUFFIXES))} pictures")
    return files


def _images(files: Sequence[Path]) -> np.ndarray:
    images = []
    for file in files:
        try:
            grey, _ = read_picture(file, paper=0.0)
        except (InputError, OSError) as error:
            raise InputError(f"{file} is no picture that can be read: {error}") from None
        images.append(np.rint(grey * 255).astype(np.uint8))
        if images[-1].shape != images[0].shape:
            first, other = (
                f"{image.shape[1]}x{image.shape[0]}" for image in (images[0], images[-1])
            )
            raise InputError(f"{file} has {other} pixels, and {files[0]} {first}: make them alike")
    return np.stack(images)


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

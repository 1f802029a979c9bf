"""Folders of pictures that are a data set's: found, hashed and read."""

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from denoise.datasets.folders import find_files, is_hidden, tell_left_out
from denoise.datasets.pictures import SUFFIXES, read_picture
from denoise.io.errors import InputError


def find_pictures(folder: Path) -> list[Path]:
    """Return the pictures in a folder and below it, and tell what is left out.

    Raises
    ------
    InputError
        When there are none, or a folder of none, or a link leads nowhere.
    """
    files, left_out = find_files(folder, SUFFIXES)
    if left_out:
        print(tell_left_out(folder, left_out), file=sys.stderr)
    if not files:
        raise InputError(f"{folder} holds no {', '.join(sorted(SUFFIXES))} pictures")
    entries = [entry for entry in sorted(folder.iterdir()) if not is_hidden(entry)]
    for entry in [*entries, *files]:
        if not entry.exists():
            raise InputError(f"{entry} is a link that leads nowhere: mend or delete it")
    for entry in entries:  # one left out would move the numbers of all classes after it
        if entry.is_dir() and not any(entry in file.parents for file in files):
            raise InputError(f"{entry} holds no pictures that are read: fill or delete it")
    return files


def hash_of_all(files: Iterable[Path], path: Path) -> str:
    """Return the SHA-256 of the names, below ``path``, and contents of all files."""
    digest = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes()
        digest.update(os.fsencode(file.relative_to(path).as_posix()))
        digest.update(f" {len(content)}\n".encode() + content)
    return digest.hexdigest()


def read_all(files: Sequence[Path]) -> list[np.ndarray]:
    """Return the pictures of files, each (height, width) uint8."""
    images = []
    for file in files:
        try:
            grey = read_picture(file, paper=0.0).grey
        except InputError as error:
            raise InputError(f"{file}: {error}") from None
        images.append(np.rint(grey * 255).astype(np.uint8))
    return images


def stack_alike(files: Sequence[Path], images: Sequence[np.ndarray]) -> np.ndarray:
    """Return pictures of one size as one array; InputError where one is of another size."""
    for file, image in zip(files, images, strict=True):
        if image.shape != images[0].shape:
            raise InputError(
                f"{file} has {in_pixels(image)} pixels, and {files[0]} {in_pixels(images[0])}: make"
                " them alike, or cut patches out of them with `patch` in datasets.yaml"
            )
    return np.stack(images)


def in_pixels(image: np.ndarray) -> str:
    """Return the size of an image as width and height."""
    return f"{image.shape[1]}x{image.shape[0]}"

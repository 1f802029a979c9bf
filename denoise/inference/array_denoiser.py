"""Denoising the arrays of an .npy or .npz file; labels in it are copied."""

from contextlib import ExitStack
from pathlib import Path

import numpy as np

from denoise.datasets import pictures
from denoise.datasets.grey_values import as_grey, check_array, white_of
from denoise.inference.array_files import (
    ArrayWriter,
    StoredArray,
    error_context,
    open_arrays,
    other_members,
    write_arrays,
)
from denoise.inference.denoiser import Size
from denoise.inference.image_denoiser import ImageDenoiser
from denoise.inference.labels import is_label
from denoise.inference.outcome import Outcome
from denoise.inference.preparation import check_not_flat
from denoise.io.errors import InputError

BLOCK = 1000  # images of an array that are in memory at a time
BLOCK_PIXELS = 16_000_000  # the same, where images are large


def denoise_arrays(source: Path, denoise: ImageDenoiser, outcome: Outcome) -> None:
    """Denoise the images of a file into the files that an outcome names.

    Raises
    ------
    InputError
        When it cannot be read, or an array is neither images nor labels; nothing is written then.
    OSError
        When a disk is full or refuses; likewise.
    """
    labels = find_labels(source, denoise.size)
    left_out = other_members(source)
    with ExitStack() as opened:
        arrays = opened.enter_context(open_arrays(source))
        writer, *map_writer = (
            opened.enter_context(write_arrays(path))
            for path in (*outcome.written, *outcome.uncertainty_maps)
        )
        for name, stored in arrays:
            with error_context(f"array {name!r}" if name else ""):
                if name in labels:
                    _copy(name, stored, writer)
                    outcome.add_steps([f"{name!r} copied"])
                else:
                    _denoise(name, stored, denoise, outcome, writer, *map_writer)
    outcome.add_steps([f"{name!r} is no array and left out" for name in left_out])


def find_labels(source: Path, size: Size | None) -> set[str]:
    """Return the names of the arrays that say something about images.

    Parameters
    ----------
    source : Path
        An .npy or .npz file.
    size : tuple or None
        Height and width that its images are brought to; None where any are taken.

    Raises
    ------
    InputError
        When it cannot be read, an array may be either, or one that is no label is no images.
    """
    with open_arrays(source) as arrays:
        shapes = {name: stored.shape for name, stored in arrays}
    images = {name: shape for name, shape in shapes.items() if len(shape) > 2}
    labels = set()
    with open_arrays(source) as arrays:
        for name, stored in arrays:
            with error_context(f"array {name!r}" if name else ""):
                if name and is_label(name, stored, images):
                    labels.add(name)
                else:
                    _check_images(stored, size)
    if labels == set(shapes):
        raise InputError(f"it holds no images, but {', '.join(shapes)}")
    return labels


def _check_images(stored: StoredArray, size: Size | None) -> None:
    check_array(stored.shape, stored.dtype)
    if size:
        check_not_flat(stored.shape, size)
    height, width = _sides(stored.shape)
    if height * width > pictures.MOST_PIXELS:
        raise InputError(f"its images have over {pictures.MOST_PIXELS:,} pixels")
    if stored.shape[0] == 0:
        raise InputError("it holds no images")


def _copy(name: str, stored: StoredArray, writer: ArrayWriter) -> None:
    with writer.array(name, stored.shape, stored.dtype) as file:
        for content in stored.raw_blocks(BLOCK_PIXELS):
            file.write(content)


def _denoise(
    name: str,
    stored: StoredArray,
    denoise: ImageDenoiser,
    outcome: Outcome,
    writer: ArrayWriter,
    map_writer: ArrayWriter | None = None,
) -> None:
    """Denoise an array of images into another of its kind, and write how far off that may be."""
    shape, dtype = stored.shape, stored.dtype
    is_one = len(shape) == 2
    height, width = _sides(shape)
    block = height if is_one else max(1, min(BLOCK, BLOCK_PIXELS // (height * width)))
    kept = np.dtype(np.float32) if dtype.kind == "f" else dtype
    size = denoise.size or (height, width)
    result = {2: size, 3: (shape[0], *size), 4: (shape[0], *size, 1)}[len(shape)]
    denoise.expect(1 if is_one else shape[0])
    with ExitStack() as opened:
        file = opened.enter_context(writer.array(name, result, kept))
        if map_writer:
            map_type = np.dtype(np.float32)
            map_file = opened.enter_context(map_writer.array(name, result, map_type))
        for rows in stored.blocks(block):
            images = as_grey(rows[np.newaxis] if is_one else rows)
            denoised, half_widths = denoise(images, outcome)
            file.write(_as_type(denoised, kept).tobytes())
            if map_writer:
                map_file.write(half_widths.tobytes())


def _sides(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the height and width of the images of an array."""
    return shape[-2:] if len(shape) < 4 else shape[1:3]


def _as_type(denoised: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind == "f":
        return denoised
    return np.rint(np.clip(denoised, 0, 1) * white_of(dtype)).astype(dtype)

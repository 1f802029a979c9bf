"""The noisy training set: corrupted copies of every clean image, or noisy pictures as they came."""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
from tqdm import tqdm

from denoise.corruption.corrupt import corrupt
from denoise.io.atomic import atomic_folder
from denoise.io.errors import InputError
from denoise.seeding import seed_sequence

# Pixels that a thread corrupts at a time, those of 4096 images of MNIST; the bytes written do not
# depend on it.
BLOCK_PIXELS = 4096 * 28 * 28
VALUE = np.dtype(np.float16)


def write_noisy_set(
    folder: Path,
    clean: np.ndarray,
    copies: int,
    blur: Sequence[float],
    amplitude: Sequence[float],
    kind: str,
    seed: int,
    threads: int | None = None,
    block: int | None = None,
) -> None:
    """Corrupt ``copies`` copies of every clean image and write them with their noise strengths.

    Sample ``copy * n + image`` is copy number ``copy`` of image number ``image``. Memory is
    bounded by ``threads`` and ``block``, whatever ``copies`` is; the bytes depend on neither.

    Parameters
    ----------
    folder : Path
        Replaced as a whole when all is written. Holds ``images.npy``, a float16 array (copies * n,
        height, width, 1) of unclipped grey values, and ``samples.csv``, one row per sample:
        ``sample``, ``copy``, ``image``, ``sigma`` in pixels and ``amplitude``.
    clean : (n, height, width) uint8 array
    copies : int
        How often each image is corrupted anew, >= 1.
    blur, amplitude, kind : Sequence[float]
        See `denoise.corruption.corrupt.corrupt`.
    seed : int
        The pipeline's seed.
    threads : int or None
        All cores when None.
    block : int or None
        Images that a thread corrupts at a time; as many as have `BLOCK_PIXELS` when None.

    Raises
    ------
    InputError
        when they would take more than this machine's memory, see `refuse_too_many`.
    OSError
        when the disk is full or cannot be written; ``folder`` then stays as it was.
    """
    refuse_too_many(copies, clean.shape)
    block = block or _images_in_block(clean.shape)
    streams = [seed_sequence(seed, f"generate/copy-{copy}") for copy in range(copies)]
    count = len(clean)

    def corrupt_block(copy: int, first: int) -> tuple[np.ndarray, pd.DataFrame]:
        images = clean[first : first + block]
        noisy, sigma, noise = corrupt(images, blur, amplitude, streams[copy], first, kind)
        number = np.arange(first, first + len(images))
        rows = {"sample": copy * count + number, "copy": copy, "image": number}
        table = pd.DataFrame({**rows, "sigma": sigma, "amplitude": noise})
        return noisy.astype(VALUE), table

    blocks = ((copy, first) for copy in range(copies) for first in range(0, count, block))
    header = _header((copies * count, *clean.shape[1:], 1))
    with (
        atomic_folder(folder) as partial,
        # Written, not memory-mapped: a full disk is then an error and not the end of the process.
        (partial / "images.npy").open("wb") as images_file,
        (partial / "samples.csv").open("w", newline="", encoding="utf-8") as samples_file,
        tqdm(total=copies * count, unit=" images", disable=None) as progress,
    ):
        np.lib.format.write_array_header_1_0(images_file, header)
        for samples, table in _in_order(corrupt_block, blocks, threads or os.cpu_count() or 1):
            images_file.write(samples.data)
            first_block = samples_file.tell() == 0
            table.to_csv(samples_file, index=False, header=first_block, lineterminator="\n")
            progress.update(len(table))


def write_given_set(folder: Path, noisy: np.ndarray) -> None:
    """Write noisy pictures that came with the clean ones, in the form of `write_noisy_set`.

    ``samples.csv`` has no ``sigma`` and no ``amplitude``, which nobody knows.

    Parameters
    ----------
    folder : Path
        Replaced as a whole when all is written.
    noisy : (copies, n, height, width) uint8 array
        0, black, to 255; they become grey values of [0, 1].

    Raises
    ------
    InputError
        when they would take more than this machine's memory, see `refuse_too_many`.
    OSError
        when the disk is full or cannot be written; ``folder`` then stays as it was.
    """
    copies, count, height, width = noisy.shape
    refuse_too_many(copies, noisy.shape[1:])
    at_a_time = _images_in_block(noisy.shape[1:])
    copy, image = np.divmod(np.arange(copies * count), count)
    table = pd.DataFrame({"sample": np.arange(copies * count), "copy": copy, "image": image})
    with (
        atomic_folder(folder) as partial,
        (partial / "images.npy").open("wb") as file,
        tqdm(total=len(table), unit=" images", disable=None) as progress,
    ):
        np.lib.format.write_array_header_1_0(file, _header((len(table), height, width, 1)))
        for first in range(0, len(table), at_a_time):
            block = noisy.reshape(-1, height, width)[first : first + at_a_time]
            file.write((block.astype(np.float32) / np.float32(255)).astype(VALUE).data)
            progress.update(len(block))
        table.to_csv(partial / "samples.csv", index=False, lineterminator="\n")


def refuse_too_many(copies: int, shape: tuple[int, int, int]) -> None:
    """Refuse a training set that does not fit the memory of this machine.

    Training would have to read it from the disk again in each epoch, in a new order.

    Parameters
    ----------
    copies : int
        Of each image.
    shape : tuple[int, int, int]
        How many images, their height and their width.

    Raises
    ------
    InputError
        When ``copies`` of all images take more bytes than there are.
    """
    count, height, width = shape
    needed, there = copies * math.prod(shape) * VALUE.itemsize, psutil.virtual_memory().total
    if needed > there:
        raise InputError(
            f"{copies} noisy copies of {count:,} images of {width}x{height} pixels take"
            f" {needed / 2**30:,.1f} GiB, and this machine has {there / 2**30:,.1f} GiB of memory:"
            " make the images fewer or smaller, patches by a larger stride or a smaller patch in"
            " datasets.yaml, or lower noise.copies in params.yaml if the noise is made"
        )


def _images_in_block(shape: tuple[int, int, int]) -> int:
    return max(1, BLOCK_PIXELS // math.prod(shape[1:]))


def _header(shape: tuple[int, ...]) -> dict:
    """Return what NumPy writes before a float16 array."""
    descr = np.lib.format.dtype_to_descr(VALUE)
    return {"descr": descr, "fortran_order": False, "shape": shape}


def _in_order(function, arguments, threads: int) -> Iterator:
    """Results of ``function(*argument)`` in order, never more than ``2 * threads`` at once."""
    with ThreadPoolExecutor(threads) as pool:
        running: list[Future] = []
        for argument in arguments:
            running.append(pool.submit(function, *argument))
            if len(running) == 2 * threads:
                yield running.pop(0).result()
        while running:
            yield running.pop(0).result()

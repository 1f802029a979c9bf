"""The noisy training set: corrupted copies of every clean image, or noisy pictures as they came."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.corruption.corrupt import corrupt
from denoise.io.atomic import atomic_folder
from denoise.seeding import seed_sequence

BLOCK = 4096  # images a thread corrupts at a time; the bytes written do not depend on it


def write_noisy_set(
    folder: Path,
    clean: np.ndarray,
    copies: int,
    blur: Sequence[float],
    amplitude: Sequence[float],
    kind: str,
    seed: int,
    threads: int | None = None,
    block: int = BLOCK,
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

    Raises
    ------
    OSError
        when the disk is full or cannot be written; ``folder`` then stays as it was.
    """
    streams = [seed_sequence(seed, f"generate/copy-{copy}") for copy in range(copies)]
    count = len(clean)

    def corrupt_block(copy: int, first: int) -> tuple[np.ndarray, pd.DataFrame]:
        images = clean[first : first + block]
        noisy, sigma, noise = corrupt(images, blur, amplitude, streams[copy], first, kind)
        number = np.arange(first, first + len(images))
        rows = {"sample": copy * count + number, "copy": copy, "image": number}
        table = pd.DataFrame({**rows, "sigma": sigma, "amplitude": noise})
        return noisy.astype(np.float16), table

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
    OSError
        when the disk is full or cannot be written; ``folder`` then stays as it was.
    """
    copies, count, height, width = noisy.shape
    copy, image = np.divmod(np.arange(copies * count), count)
    table = pd.DataFrame({"sample": np.arange(copies * count), "copy": copy, "image": image})
    with (
        atomic_folder(folder) as partial,
        (partial / "images.npy").open("wb") as file,
        tqdm(total=len(table), unit=" images", disable=None) as progress,
    ):
        np.lib.format.write_array_header_1_0(file, _header((len(table), height, width, 1)))
        for first in range(0, len(table), BLOCK):
            block = noisy.reshape(-1, height, width)[first : first + BLOCK]
            file.write((block.astype(np.float32) / np.float32(255)).astype(np.float16).data)
            progress.update(len(block))
        table.to_csv(partial / "samples.csv", index=False, lineterminator="\n")


def _header(shape: tuple[int, ...]) -> dict:
    """Return what NumPy writes before a float16 array."""
    descr = np.lib.format.dtype_to_descr(np.dtype(np.float16))
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

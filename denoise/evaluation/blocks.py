"""Many images through an estimator, a block at a time on each core."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import prod

import numpy as np
from tqdm import tqdm

THREADS = min(os.cpu_count() or 1, 4)  # each holds its block's likelihoods in memory


def in_blocks(
    estimate: Callable[[np.ndarray], np.ndarray], noisy: np.ndarray, size: int
) -> np.ndarray:
    """Return estimates of clean images, clipped to their range, with a bar where it takes long.

    Parameters
    ----------
    estimate : Callable
        From (m, pixels) float64 grey values to such.
    noisy : (n, height, width) float array
    size : int
        The largest m.

    Returns
    -------
    (n, height, width) float64 array in [0, 1]
    """
    given = noisy.reshape(len(noisy), prod(noisy.shape[1:])).astype(np.float64)
    blocks = [given[start : start + size] for start in range(0, len(given), size)]
    with ThreadPoolExecutor(THREADS) as pool:
        parts = pool.map(estimate, blocks)
        shown = tqdm(parts, total=len(blocks), unit=" blocks", disable=None, delay=2, leave=False)
        result = np.concatenate([given[:0], *shown])
    return np.clip(result, 0.0, 1.0).reshape(noisy.shape)

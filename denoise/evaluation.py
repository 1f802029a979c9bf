"""What a denoiser makes of test images at one noise level: the figures of every image."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from denoise.levels import corrupt_at_level
from denoise.parameters import Level
from denoise.quality import measure


def evaluate_at_level(
    denoiser: Callable[[np.ndarray], np.ndarray],
    read: Callable[[np.ndarray], np.ndarray],
    images: np.ndarray,
    labels: np.ndarray,
    level: Level,
    seed: int,
    name: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Corrupt, denoise, and measure both the denoised and the untouched noisy images.

    Parameters
    ----------
    denoiser : (n, height, width) noisy images to denoised ones
    read : (n, height, width) images to the judge's (n, classes)
    images : (n, height, width) uint8 array of clean test images
    labels : (n,) their digits
    level : how strongly to corrupt
    seed : the pipeline's seed
    name : the level's, which names its random stream

    Returns
    -------
    tuple
        `denoise.quality.measure` of the denoised images, and of the noisy ones clipped to [0, 1]
    """
    noisy = corrupt_at_level(images, level, seed, f"test/{name}")
    target = images.astype(np.float64) / 255
    denoised, untouched = denoiser(noisy), np.clip(noisy, 0.0, 1.0)
    return (
        measure(denoised, target, labels, read(denoised)),
        measure(untouched, target, labels, read(untouched)),
    )

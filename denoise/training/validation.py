"""Images that a training is judged by after each epoch, and never learns from."""

from dataclasses import dataclass

import numpy as np

from denoise.corruption.noise_ranges import corrupt_in_ranges
from denoise.io.parameters.noise import Noise

BATCH_SIZE = 500  # images; bounds memory, and has no effect on training


@dataclass(frozen=True, eq=False)
class ValidationSet:
    """Clean images that are not trained on, and the same with noise like the training set's.

    Parameters
    ----------
    clean : (m, height, width) uint8 array
    noisy : (m, height, width) float array
        Grey values with white at 1.
    """

    clean: np.ndarray
    noisy: np.ndarray


def with_noise(clean: np.ndarray, noise: Noise, seed: int) -> ValidationSet:
    """Return a validation set whose noise is made.

    Parameters
    ----------
    clean : (m, height, width) uint8 array
    noise : Noise
        The ranges that the training set was corrupted in.
    seed : int
        The pipeline's seed.
    """
    return ValidationSet(clean, corrupt_in_ranges(clean, noise, seed, "train/validation"))

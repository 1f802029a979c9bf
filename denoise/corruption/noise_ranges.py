"""Images corrupted within the ranges of `denoise.io.parameters.noise.Noise`."""

import numpy as np

from denoise.corruption.corrupt import corrupt
from denoise.io.parameters.noise import Noise
from denoise.seeding import seed_sequence


def corrupt_in_ranges(images: np.ndarray, noise: Noise, seed: int, name: str) -> np.ndarray:
    """Corrupt clean images, each with a blur and an amplitude of its own.

    Parameters
    ----------
    images : (n, height, width) uint8 array
    noise : Noise
        The ranges, and the kind of noise, which is one that can be made.
    seed : int
        The pipeline's seed.
    name : str
        Of the random stream that blur, amplitude and noise are drawn from.

    Returns
    -------
    (n, height, width) float32 array
        The clean range is [0, 1], nothing is clipped.
    """
    stream = seed_sequence(seed, name)
    noisy, _, _ = corrupt(images, noise.blur, noise.amplitude, stream, kind=noise.kind)
    return noisy

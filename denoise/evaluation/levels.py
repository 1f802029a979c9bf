"""Images corrupted at one noise level: what every method is given alike."""

import numpy as np

from denoise.corruption.corrupt import corrupt
from denoise.io.parameters import Level
from denoise.seeding import seed_sequence


def corrupt_at_level(images: np.ndarray, level: Level, seed: int, name: str) -> np.ndarray:
    """Corrupt all images with the same blur and noise amplitude.

    Parameters
    ----------
    images : (n, height, width) uint8 array
    level : Level
        The strength.
    seed : int
        The pipeline's seed.
    name : str
        Of the random stream, such as ``"test/3-medium"``; image ``i`` gets the same noise in every
        call with this name, however many images there are.

    Returns
    -------
    (n, height, width) float32 array, not clipped
    """
    stream = seed_sequence(seed, name)
    blur, amplitude = (level.blur, level.blur), (level.amplitude, level.amplitude)
    noisy, _, _ = corrupt(images, blur, amplitude, stream, kind=level.kind)
    return noisy

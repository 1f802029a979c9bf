"""Images with noise like that of a training, drawn anew: what a calibration holds for."""

import numpy as np

from denoise.corruption.noise_ranges import corrupt_in_ranges
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN, Noise


def corrupt_as_trained(images: np.ndarray, noise: Noise, seed: int, name: str) -> np.ndarray:
    """Corrupt clean images, each with its own blur and amplitude from a training's ranges.

    Takes and returns what `denoise.corruption.noise_ranges.corrupt_in_ranges` does; ``name`` is of
    another stream than training drew from.

    Raises
    ------
    InputError
        When the noise is as it came: more of it cannot be made.
    """
    if noise.kind == GIVEN:
        raise InputError(
            "an ensemble is calibrated on images with new noise, and noise.kind is 'given', of"
            " which there is no more: name another kind in studies/params.yaml"
        )
    return corrupt_in_ranges(images, noise, seed, name)

"""The best linear denoiser as a model, for images whose blur and noise are known."""

from pathlib import Path

import numpy as np

from denoise.evaluation.linear import LinearDenoiser
from denoise.io.errors import InputError
from denoise.io.parameters import Level


class KnownNoise:
    """Takes images to images of their ``size``, like `denoise.inference.denoiser.Denoiser`.

    Parameters
    ----------
    training_images : Path
        An .npy file of clean images, (n, height, width) uint8, whose mean and covariance it learns.
    level : Level
        How the images that it is given were corrupted.

    Raises
    ------
    InputError
        When there is no such file.
    """

    def __init__(self, training_images: Path, level: Level) -> None:
        if not training_images.exists():
            raise InputError(
                f"the linear filter learns from clean images, and {training_images} does not exist:"
                " run `make repro`"
            )
        images = np.load(training_images)
        self.size = images.shape[1:]
        self._denoise = LinearDenoiser(images).at(level)

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Denoise (n, height, width) float images to float32 ones in [0, 1]."""
        return self._denoise(noisy).astype(np.float32)

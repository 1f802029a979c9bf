"""What is told blur and noise, and learns from clean images, as a model."""

from pathlib import Path

import numpy as np

from denoise.corruption.white_noise import WHITE_NOISE
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level
from denoise.storage.arrays import has_patches

ESTIMATORS = {"linear": LinearDenoiser, "mixture": MixtureDenoiser}


class KnownNoise:
    """Takes images to images of their ``size``, like `denoise.inference.denoiser.Denoiser`.

    They are ``tiles`` where it learns from patches of pictures.

    Parameters
    ----------
    name : str
        Of the estimator, one of `ESTIMATORS`.
    training_images : Path
        An .npy file of clean images, (n, height, width) uint8, that it learns from.
    level : Level
        How the images that it is given were corrupted.

    Raises
    ------
    InputError
        When there is no such file, it is damaged, or nobody may read it.

    Attributes
    ----------
    noise_std : float or None
        The standard deviation of that noise; None where it depends on the clean image.
    """

    intervals = None  # it does not say how sure it is

    def __init__(self, name: str, training_images: Path, level: Level) -> None:
        if not training_images.exists():
            raise InputError(
                f"{name} learns from clean images, and {training_images} does not exist:"
                " run `make repro`"
            )
        try:
            images = np.load(training_images)
        except OSError as error:
            raise InputError(f"{training_images} cannot be read: {error.strerror}") from None
        except (ValueError, EOFError):
            raise InputError(
                f"{name} learns from clean images, and {training_images} is damaged: delete it, and"
                " run `make repro`"
            ) from None
        self.size, self.tiles = images.shape[1:], has_patches(training_images.parent)
        self._denoise = ESTIMATORS[name](images).at(level)
        _, (variance, *of_grey_values) = WHITE_NOISE[level.kind].moments(level.amplitude)
        self.noise_std = None if any(of_grey_values) else variance**0.5

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Denoise (n, height, width) float images to float32 ones in [0, 1]."""
        return self._denoise(noisy).astype(np.float32)

"""The best estimate where clean images are exactly those of the training set."""

from collections.abc import Callable

import numpy as np
from scipy.special import softmax

from denoise.evaluation.blocks import in_blocks
from denoise.evaluation.known_noise import KnownNoiseDenoiser
from denoise.evaluation.observation import Observation, as_pixels

BLOCK = 128  # noisy images at once: each takes 8 bytes for every training image
MATRICES = 4  # of (pixels, pixels) at a time, for the blur
COPIES = 4  # of all training images, as float64, at a time
NEGLIGIBLE = 1e-200  # weight; processors multiply slowly what is near the least float64, 1e-308


class EmpiricalPrior(KnownNoiseDenoiser):
    """The mean of the training images, each weighted by how likely it is under a noisy one.

    The minimum-mean-square-error estimate in closed form, where the prior is the training images
    themselves, each as probable as any other, as in `deepinv.models.MMSE`; with Gaussian weights it
    is the regression of E. Nadaraya and G. Watson (1964). The noise is taken for Gaussian, of the
    mean and variance that `denoise.evaluation.linear.LinearDenoiser` is told.

    Parameters
    ----------
    clean : (n, height, width) uint8 array
        The training images.

    Raises
    ------
    InputError
        When they would take more memory than should be taken.
    """

    def __init__(self, clean: np.ndarray) -> None:
        super().__init__(clean.shape, MATRICES, COPIES)
        self._pixels = as_pixels(clean).astype(np.float64)

    def _estimator(self, observation: Observation) -> Callable[[np.ndarray], np.ndarray]:
        pixels = self._pixels
        blurred = pixels @ observation.blur.T
        variance = observation.variance(blurred.mean(axis=0), np.mean(blurred**2, axis=0))
        means = observation.mean(blurred)
        # Of the logarithm of a normal density, what differs between training images.
        by_pixel = (means / variance).T
        constant = np.einsum("ij,ji->i", means, by_pixel) / -2

        def posterior_mean(noisy: np.ndarray) -> np.ndarray:
            scores = noisy @ by_pixel
            scores += constant
            weights = softmax(scores, axis=1)
            weights[weights < NEGLIGIBLE] = 0.0
            return weights @ pixels

        return lambda noisy: in_blocks(posterior_mean, noisy, BLOCK)

"""The best linear denoiser: what any method must beat to have learned more than two moments."""

from collections.abc import Callable

import numpy as np
from scipy import linalg

from denoise.evaluation.known_noise import KnownNoiseDenoiser
from denoise.evaluation.observation import Observation, as_pixels, moments

MATRICES = 6  # of (pixels, pixels) at a time
COPIES = 2  # of all training images, as float64, at a time


class LinearDenoiser(KnownNoiseDenoiser):
    """N. Wiener's (1949) estimator in the pixel basis: of all linear ones, the least squared error.

    It knows the mean and the covariance of clean images, and of the noise what its level says: the
    blur enters as the exact matrix of the filter, edges included, and the noise as its variance.

    Parameters
    ----------
    clean : (n, height, width) uint8 array
        The images whose moments it learns.

    Raises
    ------
    InputError
        When they would take more memory than should be taken.
    """

    def __init__(self, clean: np.ndarray) -> None:
        super().__init__(clean.shape, MATRICES, COPIES)
        self._mean, self._covariance = moments(as_pixels(clean))

    def _estimator(self, observation: Observation) -> Callable[[np.ndarray], np.ndarray]:
        mean, blur, gain = self._mean, observation.blur, observation.gain
        blurred_mean, blurred = blur @ mean, blur @ self._covariance @ blur.T
        noise = observation.variance(blurred_mean, blurred.diagonal() + blurred_mean**2)
        covariance = gain**2 * blurred + np.diag(noise)
        with_clean = gain * blur @ self._covariance
        weights = linalg.solve(covariance, with_clean, assume_a="positive definite")

        def denoise(noisy: np.ndarray) -> np.ndarray:
            residual = noisy.reshape(len(noisy), -1) - observation.mean(blurred_mean)
            return np.clip(mean + residual @ weights, 0.0, 1.0).reshape(noisy.shape)

        return denoise

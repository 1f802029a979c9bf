"""The best linear denoiser: what any method must beat to have learned more than two moments."""

from collections.abc import Callable

import numpy as np
from scipy import linalg

from denoise.corruption.corrupt import gaussian_blur
from denoise.corruption.white_noise import WHITE_NOISE
from denoise.io.parameters import Level

# Variance added to the noise's, grey values squared, so that there is always something to invert:
# far below the rounding of 8-bit images, 1.3e-6.
FLOOR = 1e-10


class LinearDenoiser:
    """N. Wiener's (1949) estimator in the pixel basis: of all linear ones, the least squared error.

    It knows the mean and the covariance of clean images, and of the noise what `Level` says: the
    blur enters as the exact matrix of the filter, edges included, and the noise as its variance.

    Parameters
    ----------
    clean : (n, height, width) uint8 array
        The images whose moments it learns.
    """

    def __init__(self, clean: np.ndarray) -> None:
        self._shape = clean.shape[1:]
        pixels = clean.reshape(len(clean), -1).astype(np.float32) / np.float32(255)
        self._mean = pixels.mean(axis=0, dtype=np.float64)
        centred = pixels - self._mean
        self._covariance = centred.T @ centred / len(centred)

    def at(self, level: Level) -> Callable[[np.ndarray], np.ndarray]:
        """Return what denoises images that were corrupted at one level.

        Parameters
        ----------
        level : Level
            How they were corrupted.

        Returns
        -------
        Callable
            From (n, height, width) float arrays to such float64 arrays in [0, 1].
        """
        blur, mean = self._filter_matrix(level.blur), self._mean
        (offset, gain), (constant, by_mean, by_square) = WHITE_NOISE[level.kind].moments(
            level.amplitude
        )
        blurred_mean, blurred = blur @ mean, blur @ self._covariance @ blur.T
        squares = blurred.diagonal() + blurred_mean**2
        noise = constant + by_mean * blurred_mean + by_square * squares + FLOOR
        covariance = gain**2 * blurred + np.diag(noise)
        with_clean = gain * blur @ self._covariance
        weights = linalg.solve(covariance, with_clean, assume_a="positive definite")

        def denoise(noisy: np.ndarray) -> np.ndarray:
            residual = noisy.reshape(len(noisy), -1) - (offset + gain * blurred_mean)
            return np.clip(mean + residual @ weights, 0.0, 1.0).reshape(noisy.shape)

        return denoise

    def _filter_matrix(self, sigma: float) -> np.ndarray:
        """Return the filter as a matrix: its columns are what it makes of each single pixel."""
        count = len(self._mean)
        pixels = np.eye(count).reshape(count, *self._shape)
        return gaussian_blur(pixels, np.full(count, sigma)).reshape(count, count).T

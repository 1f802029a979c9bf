"""What is observed of a clean image at a known level: its blur as a matrix, its noise's moments."""

import numpy as np

from denoise.corruption.corrupt import gaussian_blur
from denoise.corruption.white_noise import WHITE_NOISE
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level

# Variance added to the noise's, grey values squared, so that there is always something to invert:
# far below the rounding of 8-bit images, 1.3e-6.
FLOOR = 1e-10
# Bytes of an estimator's arrays at a time. A laptop has 8 to 16 GiB, and needs the rest for what
# else it holds and for itself; matrices that take more would also compute for hours.
LARGEST = 4 * 2**30


def refuse_too_large(shape: tuple[int, int, int], matrices: int, copies: int) -> None:
    """Refuse images that are too many, or whose pixels are, for an estimator to learn from.

    Parameters
    ----------
    shape : tuple[int, int, int]
        How many images, their height and their width.
    matrices : int
        How many float64 matrices of (pixels, pixels) the estimator holds at a time.
    copies : int
        How many float64 copies of all images it holds at a time.

    Raises
    ------
    InputError
        When they would take more than `LARGEST`.
    """
    count, height, width = shape
    pixels = height * width
    if (needed := 8 * (matrices * pixels**2 + copies * count * pixels)) > LARGEST:
        raise InputError(
            f"{count:,} images of {width}x{height} pixels would take {needed / 2**30:.0f} GiB of"
            f" memory with this estimator, and {LARGEST / 2**30:.0f} GiB are allowed: make the"
            " images or patches smaller, such as 64x64 pixels, or fewer"
        )


class Observation:
    """A noisy image has the mean ``offset + gain * blur @ x``, for the pixels ``x`` of a clean one.

    Parameters
    ----------
    level : Level
        How images are corrupted.
    shape : tuple[int, int]
        Height and width of the images.

    Attributes
    ----------
    blur : (pixels, pixels) float64 array
        The exact matrix of the filter, edges included.
    offset, gain : float
    """

    def __init__(self, level: Level, shape: tuple[int, int]) -> None:
        self.blur = _filter_matrix(level.blur, shape)
        (self.offset, self.gain), self._variance = WHITE_NOISE[level.kind].moments(level.amplitude)

    def mean(self, blurred: np.ndarray) -> np.ndarray:
        """Return the mean of noisy grey values, given the blurred ones."""
        return self.offset + self.gain * blurred

    def variance(self, blurred: np.ndarray, squares: np.ndarray) -> np.ndarray:
        """Return the noise's variance at each pixel, averaged over images.

        Parameters
        ----------
        blurred, squares : (pixels,) array
            The means, over images, of blurred grey values and of their squares.
        """
        constant, by_mean, by_square = self._variance
        return constant + by_mean * blurred + by_square * squares + FLOOR


def moments(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance, in float64, of (n, pixels) grey values."""
    mean = pixels.mean(axis=0, dtype=np.float64)
    centred = pixels - mean
    return mean, centred.T @ centred / len(centred)


def as_pixels(clean: np.ndarray) -> np.ndarray:
    """Return (n, height, width) uint8 images as (n, pixels) float32 grey values in [0, 1]."""
    return clean.reshape(len(clean), -1).astype(np.float32) / np.float32(255)


def _filter_matrix(sigma: float, shape: tuple[int, int]) -> np.ndarray:
    """Return the filter as a matrix: its columns are what it makes of each single pixel."""
    count = shape[0] * shape[1]
    pixels = np.eye(count).reshape(count, *shape)
    return gaussian_blur(pixels, np.full(count, sigma)).reshape(count, count).T

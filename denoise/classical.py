"""Classical denoisers, the baselines: each knows the true noise strength of what it is given.

What a filter leaves open is one number, chosen on training images (`tune`) from a grid around
what its source advises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal
from skimage import restoration

from denoise.quality import psnr


@dataclass(frozen=True)
class Denoiser:
    """A filter with one free parameter.

    ``filter`` takes (n, height, width) float64 images, the standard deviation of their white
    noise and the parameter's value. ``slow`` filters go image by image.
    """

    name: str
    parameter: str
    grid: Sequence[float]
    filter: Callable[[np.ndarray, float, float], np.ndarray]
    slow: bool = False


def denoise(denoiser: Denoiser, images: np.ndarray, deviation: float, value: float) -> np.ndarray:
    """Filter (n, height, width) images and clip the result to [0, 1], the range of clean ones."""
    return np.clip(denoiser.filter(images.astype(np.float64), deviation, value), 0.0, 1.0)


def tune(denoiser: Denoiser, noisy: np.ndarray, clean: np.ndarray, deviation: float) -> float:
    """The value of the grid with the highest mean PSNR; the first one where several tie."""
    scores = [
        np.mean(psnr(denoise(denoiser, noisy, deviation, value), clean)) for value in denoiser.grid
    ]
    return denoiser.grid[int(np.argmax(scores))]


def _none(images: np.ndarray, deviation: float, value: float) -> np.ndarray:
    return images


def _gaussian(images: np.ndarray, deviation: float, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(images, (0, sigma, sigma))


def _median(images: np.ndarray, deviation: float, size: float) -> np.ndarray:
    return ndimage.median_filter(images, (1, int(size), int(size)))


def _wiener(images: np.ndarray, deviation: float, size: float) -> np.ndarray:
    if size == 1 or deviation == 0:
        return images  # nothing to average over, or nothing to remove
    return signal.wiener(images, (1, int(size), int(size)), noise=deviation**2)


def _total_variation(images: np.ndarray, deviation: float, factor: float) -> np.ndarray:
    if deviation == 0:
        return images
    weight = factor * deviation
    return np.stack([restoration.denoise_tv_chambolle(image, weight) for image in images])


def _non_local_means(images: np.ndarray, deviation: float, factor: float) -> np.ndarray:
    if deviation == 0:
        return images
    options = {"patch_size": 5, "patch_distance": 6, "h": factor * deviation, "sigma": deviation}
    return np.stack([restoration.denoise_nl_means(image, **options) for image in images])


DENOISERS = (
    Denoiser("noisy", "none", [0.0], _none),
    # Width of the filter, pixels; scipy.ndimage.gaussian_filter.
    Denoiser("gaussian", "sigma", [0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0], _gaussian),
    # Side of the window, pixels; scipy.ndimage.median_filter.
    Denoiser("median", "size", [1.0, 3.0, 5.0, 7.0, 9.0, 11.0], _median),
    # Side of the window, pixels; scipy.signal.wiener, after J. S. Lim (1990).
    Denoiser("wiener", "size", [1.0, 3.0, 5.0, 7.0, 9.0, 11.0], _wiener),
    # Weight over noise deviation; A. Chambolle (2004), whose dual weight grows with the noise.
    Denoiser(
        "total variation",
        "weight / deviation",
        [0.25, 0.5, 1.0, 1.5, 2.0, 3.0],
        _total_variation,
        slow=True,
    ),
    # Cut-off h over noise deviation; A. Buades et al. (2005). scikit-image advises 0.6 to 0.8
    # with patches of 5 and a search distance of 6.
    Denoiser(
        "non-local means",
        "h / deviation",
        [0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0],
        _non_local_means,
        slow=True,
    ),
)

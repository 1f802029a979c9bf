"""Classical denoisers, the baselines: each knows how what it is given was corrupted.

What a filter leaves open is one number, chosen on training images (`tune`) from a grid around
what its source advises.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage, signal
from skimage import restoration

from denoise.corruption.white_noise import WHITE_NOISE
from denoise.evaluation.metrics import psnr
from denoise.io.parameters.noise import Level


@dataclass(frozen=True)
class Corruption:
    """What a denoiser is told of its images.

    ``blur`` is the Gaussian's sigma in pixels, ``noise_std`` the standard deviation of the white
    noise in grey values of [0, 1].
    """

    blur: float
    noise_std: float

    @classmethod
    def of(cls, level: Level) -> "Corruption":
        """Tell what a noise level is, whose noise is made."""
        return cls(level.blur, float(WHITE_NOISE[level.kind].noise_std(level.amplitude)))

    def as_level(self) -> Level:
        """Return the level of Gaussian noise that is this."""
        amplitude = self.noise_std * float(np.sqrt(3.0))
        return Level(blur=self.blur, amplitude=amplitude, kind="gaussian")


@dataclass(frozen=True)
class Denoiser:
    """A filter with one free parameter.

    ``filter`` takes (n, height, width) float64 images, how they were corrupted and the parameter's
    value.
    """

    name: str
    parameter: str
    grid: Sequence[float]
    filter: Callable[[np.ndarray, Corruption, float], np.ndarray]


def denoise(
    denoiser: Denoiser, images: np.ndarray, corruption: Corruption, value: float
) -> np.ndarray:
    """Filter (n, height, width) images and clip the result to [0, 1], the range of clean ones."""
    return np.clip(denoiser.filter(images.astype(np.float64), corruption, value), 0.0, 1.0)


def tune(denoiser: Denoiser, noisy: np.ndarray, clean: np.ndarray, corruption: Corruption) -> float:
    """Return the value of the grid with the highest mean PSNR; the first one where several tie."""
    scores = [
        np.mean(psnr(clean, denoise(denoiser, noisy, corruption, value))) for value in denoiser.grid
    ]
    return denoiser.grid[int(np.argmax(scores))]


def _none(images: np.ndarray, corruption: Corruption, value: float) -> np.ndarray:
    return images


def _gaussian(images: np.ndarray, corruption: Corruption, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(images, (0, sigma, sigma))


def _median(images: np.ndarray, corruption: Corruption, size: float) -> np.ndarray:
    return ndimage.median_filter(images, (1, int(size), int(size)))


def _wiener(images: np.ndarray, corruption: Corruption, size: float) -> np.ndarray:
    if size == 1 or corruption.noise_std == 0:
        return images  # nothing to average over, or nothing to remove
    with np.errstate(divide="ignore", invalid="ignore"):  # of even stretches it takes the mean
        return signal.wiener(images, (1, int(size), int(size)), noise=corruption.noise_std**2)


def _deconvolution(images: np.ndarray, corruption: Corruption, balance: float) -> np.ndarray:
    if corruption == Corruption(0.0, 0.0):
        return images
    radius = images.shape[-1] // 2
    spike = np.zeros((2 * radius + 1, 2 * radius + 1))
    spike[radius, radius] = 1.0
    spread = ndimage.gaussian_filter(spike, corruption.blur)
    # The edges are reflected, as the blur had it; a Fourier transform would join them.
    wide = np.pad(images, ((0, 0), (radius, radius), (radius, radius)), mode="symmetric")
    sharp = [restoration.wiener(image, spread, balance, clip=False) for image in wide]
    return np.stack(sharp)[:, radius:-radius, radius:-radius]


def _wavelets(images: np.ndarray, corruption: Corruption, factor: float) -> np.ndarray:
    if corruption.noise_std == 0:
        return images
    options = {"sigma": factor * corruption.noise_std, "method": "BayesShrink", "mode": "soft"}
    return np.stack([restoration.denoise_wavelet(image, **options) for image in images])


def _total_variation(images: np.ndarray, corruption: Corruption, factor: float) -> np.ndarray:
    if corruption.noise_std == 0:
        return images
    weight = factor * corruption.noise_std
    return np.stack([restoration.denoise_tv_chambolle(image, weight) for image in images])


def _non_local_means(images: np.ndarray, corruption: Corruption, factor: float) -> np.ndarray:
    std = corruption.noise_std
    if std == 0:
        return images
    options = {"patch_size": 5, "patch_distance": 6, "h": factor * std, "sigma": std}
    return np.stack([restoration.denoise_nl_means(image, **options) for image in images])


DENOISERS = (
    Denoiser("noisy", "none", [0.0], _none),
    # Width of the filter, pixels; scipy.ndimage.gaussian_filter.
    Denoiser("gaussian", "sigma", [0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0], _gaussian),
    # Side of the window, pixels; scipy.ndimage.median_filter.
    Denoiser("median", "size", [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 15.0, 19.0], _median),
    # Side of the window, pixels; scipy.signal.wiener, after J. S. Lim (1990).
    Denoiser("wiener", "size", [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0], _wiener),
    # Weight of smoothness against the data; N. Wiener's filter in the Fourier domain, with the
    # Laplacian of F. Orieux et al. (2010), given the true Gaussian.
    Denoiser(
        "deconvolution",
        "balance",
        [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0],
        _deconvolution,
    ),
    # Noise deviation that is assumed over the true one; BayesShrink, S. Chang et al. (2000).
    Denoiser("wavelets", "assumed / noise_std", [0.5, 0.75, 1.0, 1.25, 1.5, 2.0], _wavelets),
    # Weight over noise deviation; A. Chambolle (2004), whose dual weight grows with the noise.
    Denoiser(
        "total variation",
        "weight / noise_std",
        [0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0],
        _total_variation,
    ),
    # Cut-off h over noise deviation; A. Buades et al. (2005). scikit-image advises 0.6 to 0.8
    # with patches of 5 and a search distance of 6.
    Denoiser(
        "non-local means",
        "h / noise_std",
        [0.4, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0, 2.5, 3.0],
        _non_local_means,
    ),
)

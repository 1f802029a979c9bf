"""The choice that people with images of their own have: which filter, not knowing the noise."""

import warnings

import numpy as np
from skimage.restoration import calibrate_denoiser, estimate_sigma

from denoise.evaluation.classical import DENOISERS, Corruption, Denoiser
from denoise.io.errors import InputError

# Left out are doing nothing, and what must be told the blur.
CANDIDATES = [item for item in DENOISERS if item.name not in {"noisy", "deconvolution"}]

ROUNDING = 1e-9  # of wavelets of an image of one grey value, and far below that of 8-bit images


def choose_blindly(noisy: np.ndarray) -> tuple[Denoiser, float, Corruption]:
    """Choose a filter and its parameter by noisy images alone.

    The noise is estimated from the finest wavelets (D. Donoho and I. Johnstone, 1994), and the
    choice falls on what predicts pixels best from their neighbours, averaged over the images: the
    self-supervised loss of J. Batson and L. Royer, "Noise2Self" (2019). Neither sees a blur.

    Parameters
    ----------
    noisy : (n, height, width) float array
        Images with the same noise, not clipped; ten or more make a steady choice.

    Returns
    -------
    denoiser : Denoiser
    value : float
        Its parameter.
    corruption : Corruption
        The estimated noise, and no blur.

    Raises
    ------
    InputError
        When no image has any detail.
    """
    images, corruption = noisy.astype(np.float64), estimate_corruption(noisy)
    choices = []
    for denoiser in CANDIDATES:
        losses = np.mean([_losses(denoiser, image, corruption) for image in images], axis=0)
        choices.append((losses.min(), denoiser, denoiser.grid[int(np.argmin(losses))]))
    _, best, value = min(choices, key=lambda choice: choice[0])
    return best, value, corruption


def estimate_corruption(noisy: np.ndarray) -> Corruption:
    """Return the noise of (n, height, width) images as `choose_blindly` estimates it.

    Images without fine detail, such as a black one, do not count. The noise is the same in all, so
    that something hid it there, such as black that noise cannot go below.

    Raises
    ------
    InputError
        When no image has any.
    """
    images = noisy.astype(np.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of the median of no wavelets
        estimates = np.array([estimate_sigma(image) for image in images])
    estimates = estimates[estimates > ROUNDING]  # and not NaN
    if not estimates.size:
        raise InputError(
            f"the noise of the first {len(images)} noisy training images cannot be estimated, as"
            " none of them has any detail: begin with images that are not of one grey value"
        )
    return Corruption(0.0, float(np.mean(estimates)))


def _losses(denoiser: Denoiser, image: np.ndarray, corruption: Corruption) -> list[float]:
    """Return the self-supervised loss of each value of a filter's grid on one image."""

    def filtered(image: np.ndarray, value: float) -> np.ndarray:
        return denoiser.filter(image[np.newaxis], corruption, value)[0]

    _, (_, losses) = calibrate_denoiser(
        image, filtered, {"value": denoiser.grid}, extra_output=True
    )
    return losses

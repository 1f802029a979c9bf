"""What can be measured without clean pictures: the error to a second noisy picture, less its noise.

The noise of the second picture is independent of all that is made of the first, so that its
variance adds to the mean squared error and can be taken off; J. Lehtinen et al., "Noise2Noise"
(2018) train by the same argument. SSIM, cross-entropy and what single images reach have no such
estimate.
"""

import math

import numpy as np


def measure_without_clean(
    denoised: np.ndarray, noisy: np.ndarray, second: np.ndarray
) -> dict[str, float]:
    """Estimate how far denoised images are from clean ones that nobody has.

    Parameters
    ----------
    denoised, noisy : (n, height, width) float array
        Held-out images after and before.
    second : (n, height, width) float array
        The same images with other noise, independent and of the same strength.

    Returns
    -------
    dict
        ``noise_std``, half the variance of the difference of both noisy images as a deviation;
        ``mse_estimate``, the mean squared error to ``second`` less that variance, which may fall
        below 0 by chance; and, where it does not, ``psnr_estimate``, dB for a range of 1.
    """
    second = second.astype(np.float64)
    variance = float(np.mean((noisy - second) ** 2)) / 2
    error = float(np.mean((denoised - second) ** 2)) - variance
    found = {"noise_std": math.sqrt(variance), "mse_estimate": error}
    return found | ({"psnr_estimate": -10 * math.log10(error)} if error > 0 else {})

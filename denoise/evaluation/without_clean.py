"""What can be measured without clean images: the error to a second noisy picture, less its noise.

The noise of the second picture is independent of all that is made of the first, so that its
variance adds to the mean squared error and can be taken off; J. Lehtinen et al., "Noise2Noise"
(2018) train by the same argument. SSIM and cross-entropy have no such estimate.
"""

import numpy as np
import pandas as pd

from denoise.evaluation.metrics import squared_errors


def measure_by_copy(images: np.ndarray, noisy: np.ndarray, copy: np.ndarray) -> pd.DataFrame:
    """Estimate the error of each image to the clean one that nobody has.

    Parameters
    ----------
    images, noisy : (n, height, width) float array
        After and before denoising, grey values of [0, 1].
    copy : (n, height, width) float array
        The same pictures with other noise, independent and of the same strength.

    Returns
    -------
    pandas.DataFrame
        One row per image: ``mse_estimate``, the mean squared error to ``copy`` less the variance of
        the noise, which is half that of the difference of both noisy pictures. By chance a single
        image's may be below 0. The mean over images is right on average.
    """
    noise = squared_errors(copy, noisy) / 2
    return pd.DataFrame({"mse_estimate": squared_errors(copy, images) - noise})

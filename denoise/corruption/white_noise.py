"""The kinds of white noise: each makes of an image, a strength and a draw per pixel a noisy image.

A kind is a function of arrays of one shape, entered into `WHITE_NOISE` by its name in params.yaml.
One draw from U(0, 1) decides about one pixel, so that an image's noise depends on its own draws
alone. All kinds but Poisson's give the same bits on every machine, see
`denoise.corruption.corrupt`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import poisson

GRID = 2.0**16  # normal variables are multiples of its inverse
FAINTEST = 1e-6  # amplitude: the first of six decimals
MANY = 100  # photons: beyond, E. Cornish and R. Fisher's (1938) two terms give the quantile
DEVIATION = np.float32(3.0**-0.5)  # of U(-1, 1)


@dataclass(frozen=True)
class WhiteNoise:
    """A kind of noise.

    ``apply`` takes clean grey values (n, height, width), strengths (n, 1, 1) and draws
    (n, height, width), all float32, any of which it may overwrite, and gives noisy grey values
    of any precision.
    ``noise_std`` takes a strength and gives the standard deviation a denoiser is told.
    ``moments`` takes a strength and gives mean and variance of a noisy grey value, as polynomials
    in the clean one, x: coefficients of 1 and x, and of 1, x and x**2.

    Examples
    --------
    >>> import numpy as np
    >>> grey = np.full((1, 1, 3), 0.5, np.float32)
    >>> amplitude = np.full((1, 1, 1), 0.8, np.float32)
    >>> draws = np.array([[[0.0, 0.5, 0.75]]], np.float32)
    >>> WHITE_NOISE["uniform"].apply(grey, amplitude, draws).round(2)
    array([[[-0.3,  0.5,  0.9]]], dtype=float32)
    >>> round(float(WHITE_NOISE["uniform"].noise_std(0.8)), 3)
    0.462
    """

    apply: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    noise_std: Callable[[float], float]
    moments: Callable[[float], tuple[tuple[float, float], tuple[float, float, float]]]


def _uniform(images: np.ndarray, amplitude: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Add U(-amplitude, amplitude), as the article does."""
    draws *= np.float32(2)
    draws -= np.float32(1)
    draws *= amplitude
    images += draws
    return images


def _gaussian(images: np.ndarray, amplitude: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Add a normal variable."""
    return images + _normal(draws) * (amplitude * DEVIATION)


def _speckle(images: np.ndarray, amplitude: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Multiplied by a normal variable of mean 1: black stays black."""
    return images + images * (_normal(draws) * (amplitude * DEVIATION))


def _poisson(images: np.ndarray, amplitude: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Photons are counted: of a white pixel as many as give it the deviation of uniform noise."""
    photons = 3 / np.square(np.maximum(amplitude, FAINTEST), dtype=np.float64)
    rates = images * photons
    # exp(-rate) is the probability of no photon, and at least 1 - rate.
    few = (in_open_interval(draws) > 1 - rates) & (rates <= MANY)
    counts = np.zeros(images.shape)
    counts[few] = poisson.ppf(in_open_interval(draws[few]), rates[few])
    many = rates > MANY
    normal, rate = _normal(draws[many]), rates[many]
    counts[many] = np.rint(rate + np.sqrt(rate) * normal + (normal**2 - 1) / 6)
    return np.where(amplitude > 0, counts / photons, images)


def _salt_and_pepper(images: np.ndarray, share: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Replace a share of the pixels, half of them by black and half by white."""
    half = share / np.float32(2)
    noisy = np.where(draws < half, np.float32(0), images)
    return np.where(draws >= np.float32(1) - half, np.float32(1), noisy)


def in_open_interval(draws: np.ndarray) -> np.ndarray:
    """Return the draws as float64, each moved off 0 and 1, where a distribution may be infinite."""
    return draws.astype(np.float64) + 2.0**-25  # they are multiples of 2**-24, from 0 on


def _normal(draws: np.ndarray) -> np.ndarray:
    """Return standard normal variables, multiples of 1 / `GRID`.

    ``ndtri`` may differ between machines in its last bit. None of the 2**24 possible draws comes
    so near to a boundary between two multiples that this would show; a test holds it.
    """
    exact = ndtri(in_open_interval(draws))
    return (np.rint(exact * GRID) / GRID).astype(np.float32)


def _std(amplitude: float) -> float:
    """Return the standard deviation of U(-amplitude, amplitude)."""
    return amplitude / np.sqrt(3.0)


def _std_on_black(share: float) -> float:
    """Return the root mean square of what a share of salt and pepper does to black pixels."""
    return np.sqrt(share / 2)


def _moments_of_additive(amplitude: float):
    return (0.0, 1.0), (amplitude**2 / 3, 0.0, 0.0)


def _moments_of_poisson(amplitude: float):
    return (0.0, 1.0), (0.0, amplitude**2 / 3, 0.0)


def _moments_of_speckle(amplitude: float):
    return (0.0, 1.0), (0.0, 0.0, amplitude**2 / 3)


def _moments_of_salt_and_pepper(share: float):
    kept = 1 - share
    return (share / 2, kept), (share / 2 - share**2 / 4, -share * kept, share * kept)


WHITE_NOISE = {
    "uniform": WhiteNoise(_uniform, _std, _moments_of_additive),
    "gaussian": WhiteNoise(_gaussian, _std, _moments_of_additive),
    "poisson": WhiteNoise(_poisson, _std, _moments_of_poisson),
    "speckle": WhiteNoise(_speckle, _std, _moments_of_speckle),
    "salt-and-pepper": WhiteNoise(_salt_and_pepper, _std_on_black, _moments_of_salt_and_pepper),
}

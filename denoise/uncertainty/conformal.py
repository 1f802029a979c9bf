"""Split conformal calibration: intervals around denoised pixels that hold a promised share of them.

What is exchangeable are images, not pixels: those of one image are off together. So an image is
the unit, its loss the share of its pixels outside their intervals, and the factor the least at
which the mean loss of new images is promised to stay within bounds: A. Angelopoulos et al.,
"Conformal Risk Control" (2022), split conformal prediction (A. Angelopoulos and S. Bates, "A Gentle
Introduction to Conformal Prediction and Distribution-Free Uncertainty Quantification", 2021) for a
loss of many pixels, as A. Angelopoulos et al., "Image-to-Image Regression with Distribution-Free
Uncertainty Quantification and Applications in Imaging" (2022) have it for images.
"""

import math
from collections.abc import Sequence

import numpy as np

from denoise.io.errors import InputError
from denoise.uncertainty.ensemble_model import Intervals

FLOORS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)  # grey values; those tried
STEPS = 40  # halvings, after which the factor is known to more digits than are kept
DIGITS = 4  # of the factor after the point


def calibrate_intervals(
    mean: np.ndarray, deviation: np.ndarray, clean: np.ndarray, coverage: float
) -> Intervals:
    """Return the intervals that images promise: half of them choose the floor, half the factor.

    Parameters
    ----------
    mean, deviation : (n, height, width) float arrays
        Of the members, on images that none was trained on.
    clean : (n, height, width) float array
        In [0, 1].
    coverage : float
        See `conformal_factor`.
    """
    errors, ink, half = np.abs(mean - clean), clean > 0, len(clean) // 2
    first, second = (
        (errors[part], deviation[part], ink[part]) for part in (slice(half), slice(half, None))
    )
    floor = choose_floor(*first, coverage)
    return Intervals(coverage, conformal_factor(*second, floor, coverage), floor)


def conformal_factor(
    errors: np.ndarray, deviation: np.ndarray, ink: np.ndarray, floor: float, coverage: float
) -> float:
    """Return the least factor at which ``factor * (deviation + floor)`` holds enough errors.

    Of a new image from where these come from, with noise drawn as theirs, the expected share of
    pixels with ink that lie within is then ``coverage`` or more, and so is that of pixels without.

    Parameters
    ----------
    errors : (n, height, width) float array
        Absolute differences of denoised and clean images that no member was trained on.
    deviation : (n, height, width) float array
        The members' standard deviation.
    ink : (n, height, width) bool array
        Where the clean images are not black.
    floor : float
        Added to the deviation, where members may agree and be wrong; grey values, above 0.
    coverage : float
        Between 0 and 1.

    Raises
    ------
    InputError
        When there are too few images to promise that.
    """
    count, least = len(errors), math.ceil(round(1 / (1 - coverage) - 1, 6))
    if count < least:
        raise InputError(
            f"{count} images are too few to promise a coverage of {coverage:g}, which takes {least}"
        )
    allowed = max((count + 1) * (1 - coverage) - 1, 0) / count
    ratios = errors / (deviation.astype(np.float64) + floor)
    low, high = 0.0, float(ratios.max(initial=0.0))
    for _ in range(STEPS):
        middle = (low + high) / 2
        if np.mean(_loss(ratios > middle, ink)) <= allowed:
            high = middle
        else:
            low = middle
    return max(math.ceil(high * 10**DIGITS), 1) / 10**DIGITS


def choose_floor(
    errors: np.ndarray,
    deviation: np.ndarray,
    ink: np.ndarray,
    coverage: float,
    floors: Sequence[float] = FLOORS,
) -> float:
    """Return the floor with the narrowest intervals, ink and what is without counting alike.

    It must not see the images that calibrate the factor. Parameters as of `conformal_factor`.
    """

    def width(floor: float) -> float:
        factor = conformal_factor(errors, deviation, ink, floor, coverage)
        widths = np.minimum(factor * (deviation + floor), 1)
        return float(widths[ink].mean() + widths[~ink].mean())

    return min(floors, key=width)


def share_of_each(marked: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return, for each image, the share of pixels that are marked among some; NaN where none are.

    Parameters
    ----------
    marked, among : (n, height, width) bool arrays
    """
    counts = among.sum(axis=(1, 2))
    shares = np.full(len(counts), np.nan)
    return np.divide((marked & among).sum(axis=(1, 2)), counts, out=shares, where=counts > 0)


def _loss(outside: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Return each image's share of pixels outside, with ink or without, whichever is larger."""
    return np.fmax(share_of_each(outside, ink), share_of_each(outside, ~ink))

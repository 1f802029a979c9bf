"""Choosing the temperature and the least confidence of readings, on images not trained on."""

import math

import numpy as np
from scipy.optimize import minimize_scalar

from denoise.uncertainty.confidence import SMALLEST, Confidence, temper

TEMPERATURES = (0.1, 10.0)
STEP = 0.01  # of confidences, which users see as percentages
DIGITS = 4  # of the temperature after the point
REFUSED = (0, 5, 10, 20)  # per cent of readings, the least confident, without which errors are told


def calibrate_readings(
    probabilities: np.ndarray, labels: np.ndarray, chosen: np.ndarray, wrong: float
) -> Confidence:
    """Return the temperature that suits some images, and the least confidence that suits others.

    Parameters
    ----------
    probabilities : (n, classes) float array
        The classifier's, of denoised images.
    labels : (n,) int array
    chosen : (n,) bool array
        Which images choose the temperature; the others choose the least confidence.
    wrong : float
        The share of readings that may be wrong of those that are given.
    """
    temperature = best_temperature(probabilities[chosen], labels[chosen])
    digits, confidence = Confidence(temperature, 0.0).read(probabilities[~chosen])
    return Confidence(temperature, least_confidence(digits == labels[~chosen], confidence, wrong))


def best_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Return the temperature at which the labels are likeliest, to four digits."""
    rows = np.arange(len(labels))

    def surprise(logarithm: float) -> float:
        tempered = temper(probabilities, math.exp(logarithm))[rows, labels]
        return -float(np.mean(np.log(np.maximum(tempered, SMALLEST))))

    bounds = [math.log(end) for end in TEMPERATURES]
    return round(math.exp(minimize_scalar(surprise, bounds=bounds, method="bounded").x), DIGITS)


def least_confidence(right: np.ndarray, confidence: np.ndarray, wrong: float) -> float:
    """Return the least confidence, in hundredths, from which on few enough readings are wrong.

    Parameters
    ----------
    right : (n,) bool array
        Which readings are.
    confidence : (n,) float array
    wrong : float
        The share that may be wrong of those given; 1 where no confidence makes it so few.
    """
    for step in range(round(1 / STEP)):
        least = step / round(1 / STEP)
        given = right[confidence >= least]
        if len(given) and 1 - given.mean() <= wrong:
            return least
    return 1.0


def measure_readings(right: np.ndarray, confidence: np.ndarray, least: float) -> dict[str, float]:
    """Measure readings of one model in one kind of noise.

    Parameters
    ----------
    right : (n,) bool array
        Which readings are.
    confidence : (n,) float array
    least : float
        The confidence below which a reading is left out.

    Returns
    -------
    dict[str, float]
        ``right``, the share of all; ``confidence``, the mean; ``calibration_error``; ``wrong_5``
        and on, the share of errors without the 5 % least confident; and of the readings that are
        at least that confident, ``left_out``, how many are not, and ``wrong_of_given``.
    """
    given = right[confidence >= least]
    figures = {
        "right": float(right.mean()),
        "confidence": float(confidence.mean()),
        "calibration_error": calibration_error(right, confidence),
    }
    for share in REFUSED:
        figures[f"wrong_{share}"] = wrong_when_refused(right, confidence, share / 100)
    wrong = 1 - float(given.mean()) if len(given) else float("nan")
    return figures | {"left_out": 1 - len(given) / len(right), "wrong_of_given": wrong}


def wrong_when_refused(right: np.ndarray, confidence: np.ndarray, refused: float) -> float:
    """Return the share of wrong readings of those left when the least confident are refused.

    Parameters
    ----------
    right : (n,) bool array
    confidence : (n,) float array
    refused : float
        The share of readings that is refused, below 1.
    """
    first = int(len(right) * refused)
    return 1 - float(right[np.argsort(confidence, kind="stable")[first:]].mean())


def risk_coverage(right: np.ndarray, confidence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many are refused and how many of the rest are wrong, one refused after another.

    After R. El-Yaniv and Y. Wiener, "On the Foundations of Noise-free Selective Classification"
    (2010).

    Returns
    -------
    refused, wrong : (n,) float64 arrays
        Shares: of all, from 0; and of those that are left.
    """
    ordered = right[np.argsort(confidence, kind="stable")]
    left = np.arange(len(ordered), 0, -1)
    return 1 - left / len(ordered), np.cumsum(~ordered[::-1])[::-1] / left


def calibration_error(right: np.ndarray, confidence: np.ndarray, bins: int = 15) -> float:
    """Return the expected calibration error: confidence less accuracy, over bins as wide.

    After M. P. Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning"
    (2015).
    """
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(places, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(right))

"""Corruptions that no training here has seen, each at three strengths.

As D. Hendrycks and T. Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions"
(2019), do for classifiers: a model is measured on kinds of damage it was not made for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from denoise.corruption.corrupt import gaussian_blur
from denoise.corruption.white_noise import WHITE_NOISE

A_DEVIATION = np.sqrt(3.0)  # the amplitude of noise whose standard deviation is 1


@dataclass(frozen=True)
class Corruption:
    """A kind of damage, what its strength means, three strengths, and the function that does it.

    ``apply`` takes (n, height, width) float64 images in [0, 1], a strength and a generator.
    """

    name: str
    meaning: str
    strengths: tuple[float, float, float]
    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def _white_noise(kind: str, unit: float = 1.0) -> Callable:
    """Return what adds noise of a kind, of ``unit`` times its strength in amplitude."""

    def apply(images: np.ndarray, strength: float, random: np.random.Generator) -> np.ndarray:
        amplitude = np.full((len(images), 1, 1), strength * unit, np.float32)
        draws = random.random(images.shape, np.float32)
        return WHITE_NOISE[kind].apply(images.astype(np.float32), amplitude, draws)

    return apply


def _blur(images: np.ndarray, sigma: float, random: np.random.Generator) -> np.ndarray:
    return gaussian_blur(images, np.full(len(images), sigma))


def _remove_stroke(images: np.ndarray, width: float, random: np.random.Generator) -> np.ndarray:
    """Blacken a straight band through the ink's centre of mass, at a random angle."""
    rows, columns = np.indices(images.shape[1:])
    angles = random.uniform(0, np.pi, len(images))
    removed = images.copy()
    for image, angle in zip(removed, angles, strict=True):
        row, column = ndimage.center_of_mass(image)
        distance = (rows - row) * np.cos(angle) - (columns - column) * np.sin(angle)
        image[np.abs(distance) < width / 2] = 0
    return removed


CORRUPTIONS = (
    Corruption(
        "gaussian noise",
        "standard deviation",
        (0.25, 0.5, 1.0),
        _white_noise("gaussian", A_DEVIATION),
    ),
    Corruption(
        "salt and pepper", "share of pixels", (0.1, 0.3, 0.5), _white_noise("salt-and-pepper")
    ),
    Corruption(
        "speckle", "standard deviation", (0.5, 1.0, 2.0), _white_noise("speckle", A_DEVIATION)
    ),
    Corruption("blur alone", "sigma, pixels", (1.0, 2.0, 3.0), _blur),
    Corruption("noise alone", "amplitude", (0.5, 1.0, 2.0), _white_noise("uniform")),
    Corruption("stroke removed", "width, pixels", (2.0, 4.0, 6.0), _remove_stroke),
)

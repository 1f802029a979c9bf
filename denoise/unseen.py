"""Corruptions that no training here has seen, each at three strengths.

As D. Hendrycks and T. Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions"
(2019), do for classifiers: a model is measured on kinds of damage it was not made for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.util import random_noise


@dataclass(frozen=True)
class Corruption:
    """A kind of damage, what its strength means, three strengths, and the function that does it.

    ``apply`` takes (n, height, width) float64 images in [0, 1], a strength and a generator.
    """

    name: str
    meaning: str
    strengths: tuple[float, float, float]
    apply: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def _gaussian(images: np.ndarray, deviation: float, random: np.random.Generator) -> np.ndarray:
    return random_noise(images, "gaussian", rng=random, clip=False, var=deviation**2)


def _salt_and_pepper(images: np.ndarray, share: float, random: np.random.Generator) -> np.ndarray:
    return random_noise(images, "s&p", rng=random, amount=share)


def _speckle(images: np.ndarray, deviation: float, random: np.random.Generator) -> np.ndarray:
    return random_noise(images, "speckle", rng=random, clip=False, var=deviation**2)


def _blur(images: np.ndarray, sigma: float, random: np.random.Generator) -> np.ndarray:
    return ndimage.gaussian_filter(images, sigma, axes=(1, 2))


def _uniform(images: np.ndarray, amplitude: float, random: np.random.Generator) -> np.ndarray:
    return images + random.uniform(-amplitude, amplitude, images.shape)


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
    Corruption("gaussian noise", "standard deviation", (0.25, 0.5, 1.0), _gaussian),
    Corruption("salt and pepper", "share of pixels", (0.1, 0.3, 0.5), _salt_and_pepper),
    Corruption("speckle", "standard deviation", (0.5, 1.0, 2.0), _speckle),
    Corruption("blur alone", "sigma, pixels", (1.0, 2.0, 3.0), _blur),
    Corruption("noise alone", "amplitude", (0.5, 1.0, 2.0), _uniform),
    Corruption("stroke removed", "width, pixels", (2.0, 4.0, 6.0), _remove_stroke),
)

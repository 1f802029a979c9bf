"""What became of a file that was denoised: its outputs, and figures of its images."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from denoise.inference.noise_report import NoiseReport
from denoise.inference.reading import Readings

BAND_PIXELS = 4_000_000  # of a picture that are measured at a time


@dataclass
class Outcome:
    """How many images a file holds, which model denoised them, what was done first, and figures.

    Parameters
    ----------
    images : int
        How many have been denoised.
    written : list of Path
        The files that hold the images now.
    model : str
        The name of the model.
    noise : NoiseReport
        What the images tell of their noise.
    steps : list of str
        What was done to images before they were denoised, in words.
    photograph : bool
        Whether the first image, or that of a page, looks like a photograph.
    squares, pixels : float, int
        The sum of squared differences between images as the model was given them and as it left
        them, grey values of [0, 1], and how many there are.
    readings : Counter
        How often a classifier reads each digit in the denoised images.
    not_read : int
        How many readings are not sure enough.
    confidences : float or None
        The sum over all that were read; None where nobody knows.
    uncertainty_maps : list of Path
        The files that say how far off each pixel may be.
    coverage : float or None
        The share of pixels with ink that are no further off.
    pages : list of Outcome
        The outcome of each page, where there are several.
    """

    images: int = 0
    written: list[Path] = field(default_factory=list)
    model: str = ""
    noise: NoiseReport = field(default_factory=NoiseReport)
    steps: list[str] = field(default_factory=list)
    photograph: bool = False
    squares: float = 0.0
    pixels: int = 0
    readings: Counter[int] = field(default_factory=Counter)
    not_read: int = 0
    confidences: float | None = None
    uncertainty_maps: list[Path] = field(default_factory=list)
    coverage: float | None = None
    pages: list["Outcome"] = field(default_factory=list)

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the readings that are given: the share that should be right."""
        read = sum(self.readings.values())
        return None if self.confidences is None or not read else self.confidences / read

    @property
    def rms_change(self) -> float:
        """The root mean square of all differences, grey values of [0, 1]."""
        return (self.squares / max(self.pixels, 1)) ** 0.5

    def add_images(self, noisy: np.ndarray, denoised: np.ndarray) -> None:
        """Take (n, height, width) images, before and after, into account."""
        for before, after in zip(_bands(noisy), _bands(denoised), strict=True):
            self.noise.add(before, after)
            self.squares += float(np.square(after - before, dtype=np.float64).sum())
        self.images += len(noisy)
        self.pixels += denoised.size

    def add_readings(self, readings: Readings) -> None:
        """Count the digits that were read."""
        accepted = readings.accepted
        self.readings.update(readings.digits[accepted].tolist())
        self.not_read += int((~accepted).sum())
        if readings.confidence is not None:
            total = float(readings.confidence[accepted].sum())
            self.confidences = (self.confidences or 0.0) + total

    def add_steps(self, steps: list[str]) -> None:
        """Add what was done to images, each step once."""
        self.steps += [step for step in steps if step not in self.steps]

    def add_page(self, page: "Outcome") -> None:
        """Take another page of the file into account."""
        self.pages.append(page)
        self.images += page.images
        self.model = page.model
        self.noise.merge(page.noise)
        self.add_steps(page.steps)
        self.photograph |= page.photograph
        self.squares += page.squares
        self.pixels += page.pixels
        self.readings += page.readings
        self.not_read += page.not_read
        if page.confidences is not None:
            self.confidences = (self.confidences or 0.0) + page.confidences
        self.coverage = page.coverage


def first_band(images: np.ndarray) -> np.ndarray:
    """Return (n, height, width) images, or the upper part of one that is large."""
    return _bands(images)[0]


def _bands(images: np.ndarray) -> list[np.ndarray]:
    """Return images; one that is larger than a band comes in several bands of its rows."""
    count, height, width = images.shape
    bands = 1 if count > 1 else -(-height * width // BAND_PIXELS)
    return np.array_split(images, max(1, bands), axis=1)

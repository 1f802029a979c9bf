"""What became of a file that was denoised: its outputs, and figures of its images."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from denoise.inference.clipped_noise import ClippedNoise
from denoise.inference.impulse_noise import ImpulseNoise
from denoise.inference.noise_report import NoiseReport
from denoise.inference.preparation import Prepared
from denoise.inference.reading import Readings
from denoise.io.parameters.noise import SALT_AND_PEPPER, Kind

STROKES = 0.14  # standard deviation; what the strokes of a digit on 28x28 pixels count as, at most
STRONG = 0.1  # standard deviation; on 28x28 pixels the strokes of a digit count as 0.07
# Of noise of 0.1 or more that was told: what the estimate of 998 in 1000 digits lies between.
AS_TOLD = (0.7, 1.4)
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
    told_noise : float or None
        The standard deviation of the noise that the user told; None where none was.
    told_kind : str or None
        The kind of that noise.
    clipped : ClippedNoise
        Whether it was cut off at black and white, in the images as they were given.
    impulses : ImpulseNoise
        Whether it is of single pixels that are black or white, as a model was given them.
    bright_backgrounds : int or None
        How many images were given to a model of digits with ink on a bright ground. None where any
        ground is taken.
    steps : list of str
        What was done to images before they were denoised, in words.
    more_digits : int or None
        How many images seem to hold more digits than the one that was cut out; None where none was,
        or no page is large enough to tell.
    photograph : bool or None
        Whether the first image, or that of a page, looks like a photograph. None where none was
        brought to another size, so that none was looked at.
    squares, pixels : float, int
        The sum of squared differences between images as the model was given them and as it left
        them, grey values of [0, 1], and how many there are.
    digits : list of int or None
        What a classifier reads in each denoised image; None where that is not sure enough.
    confidences : list of float
        How sure each reading is, those that are left out too; empty where nobody knows.
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
    told_noise: float | None = None
    told_kind: Kind | None = None
    clipped: ClippedNoise = field(default_factory=ClippedNoise)
    impulses: ImpulseNoise = field(default_factory=ImpulseNoise)
    bright_backgrounds: int | None = None
    steps: list[str] = field(default_factory=list)
    more_digits: int | None = None
    photograph: bool | None = None
    squares: float = 0.0
    pixels: int = 0
    digits: list[int | None] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    uncertainty_maps: list[Path] = field(default_factory=list)
    coverage: float | None = None
    pages: list["Outcome"] = field(default_factory=list)

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the readings that are given: the share that should be right."""
        given = [
            confidence
            for digit, confidence in zip(self.digits, self.confidences, strict=False)
            if digit is not None
        ]
        return sum(given) / len(given) if given else None

    @property
    def noise_is_clipped(self) -> bool:
        """Whether the noise was cut off, and is so strong, in what the model was given, to matter.

        Scaling down averages noise, so that of a page it may not be.
        """
        return (
            self.clipped.found
            and self.noise.noise_std >= STRONG
            and self.told_kind != SALT_AND_PEPPER  # as it turns pixels black and white
        )

    @property
    def has_impulses(self) -> bool:
        """Whether single pixels are black or white, and the user did not tell that they are."""
        told = self.told_kind == SALT_AND_PEPPER
        return self.impulses.found and not self.noise_is_clipped and not told

    @property
    def noise_against_told(self) -> str | None:
        """Whether noise is "stronger" than was told, "weaker" or "alike"; None where nobody told.

        Noise that was cut off at black and white seems weaker than it was, so that it is "alike".
        """
        if self.told_noise is None:
            return None
        least, most = (bound * self.told_noise for bound in AS_TOLD)
        if self.noise.noise_std > max(most, STROKES):
            return "stronger"
        is_weaker = self.noise.noise_std < least and not self.clipped.found
        return "weaker" if is_weaker else "alike"

    @property
    def readings(self) -> Counter[int]:
        """How often each digit is read."""
        return Counter(digit for digit in self.digits if digit is not None)

    @property
    def not_read(self) -> int:
        """How many readings are not sure enough."""
        return self.digits.count(None)

    @property
    def rms_change(self) -> float:
        """The root mean square of all differences, grey values of [0, 1]."""
        return (self.squares / max(self.pixels, 1)) ** 0.5

    def add_given(self, images: np.ndarray) -> None:
        """Take (n, height, width) images into account, as they were given."""
        for band in _bands(images):  # bounds memory
            self.clipped.add(band)

    def add_images(self, noisy: np.ndarray, denoised: np.ndarray) -> None:
        """Take (n, height, width) images, before and after, into account."""
        for before, after in zip(_bands(noisy), _bands(denoised), strict=True):
            self.noise.add(before, after)
            self.impulses.add(before)
            self.squares += float(np.square(after - before, dtype=np.float64).sum())
        self.images += len(noisy)
        self.pixels += denoised.size

    def add_readings(self, readings: Readings) -> None:
        """Take the readings of more images into account, in the order of the images."""
        pairs = zip(readings.digits.tolist(), readings.accepted, strict=True)
        self.digits += [digit if accepted else None for digit, accepted in pairs]
        if readings.confidence is not None:
            self.confidences += readings.confidence.tolist()

    def add_steps(self, steps: list[str]) -> None:
        """Add what was done to images, each step once."""
        self.steps += [step for step in steps if step not in self.steps]

    def add_preparation(self, prepared: "Prepared | Outcome") -> None:
        """Take into account what was done to more images, and what was seen in them."""
        self.add_steps(prepared.steps)
        self.more_digits = _sum(self.more_digits, prepared.more_digits)
        self.bright_backgrounds = _sum(self.bright_backgrounds, prepared.bright_backgrounds)

    def add_page(self, page: "Outcome") -> None:
        """Take another page of the file into account."""
        self.pages.append(page)
        self.images += page.images
        self.model = page.model
        self.told_noise, self.told_kind = page.told_noise, page.told_kind
        self.noise.merge(page.noise)
        self.clipped.merge(page.clipped)
        self.impulses.merge(page.impulses)
        self.add_preparation(page)
        if page.photograph is not None:
            self.photograph = bool(self.photograph) or page.photograph
        self.squares += page.squares
        self.pixels += page.pixels
        self.digits += page.digits
        self.confidences += page.confidences
        self.coverage = page.coverage


def _sum(count: int | None, more: int | None) -> int | None:
    """Add up what was counted; None where nothing was."""
    return count if more is None else (count or 0) + more


def first_band(images: np.ndarray) -> np.ndarray:
    """Return (n, height, width) images, or the upper part of one that is large."""
    return _bands(images)[0]


def _bands(images: np.ndarray) -> list[np.ndarray]:
    """Return images; one that is larger than a band comes in several bands of its rows."""
    count, height, width = images.shape
    bands = 1 if count > 1 else -(-height * width // BAND_PIXELS)
    return np.array_split(images, max(1, bands), axis=1)

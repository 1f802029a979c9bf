"""Noise that was cut off at black and white, as picture files hold it."""

from dataclasses import dataclass

import numpy as np

from denoise.inference.noise_report import neighbours

LEAST = 0.1  # share of all pixels that are exactly black or white, and share of those that are not
SCATTERED = 0.8  # of the borders that chance alone would give
ROUGH = 0.05  # grey values: by which most neighbours differ in noise


@dataclass
class ClippedNoise:
    """Whether pixels are exactly black or white here and there, as by chance, and not in areas.

    Noise that is cut off at black turns about half of a black area black, each pixel by itself. So
    neighbours differ in that as often as chance has it. The background of a clean digit is black
    as a whole: there, they differ at the strokes alone. The pixels that are grey still hold noise,
    which tells them from salt-and-pepper noise: that leaves all other pixels as they were.
    """

    pixels: int = 0
    at_ends: int = 0  # pixels that are exactly black or white
    borders: int = 0  # pairs of neighbours, one of which is
    by_chance: float = 0.0  # such pairs, if the pixels of each image were shuffled
    grey: int = 0  # pairs of neighbours, none of which is
    rough: int = 0  # such pairs that differ much

    def add(self, images: np.ndarray) -> None:
        """Take (n, height, width) images into account, grey values of [0, 1] as they came."""
        at_ends = (images == 0) | (images == 1)
        share = at_ends.mean(axis=(1, 2))
        for first, second in neighbours(at_ends):
            self.borders += int(np.count_nonzero(first != second))
            self.by_chance += float((2 * share * (1 - share)).sum()) * first[0].size
        for first, second in neighbours(np.where(at_ends, np.nan, images)):
            apart = np.abs(first - second)
            self.grey += int(np.count_nonzero(~np.isnan(apart)))
            self.rough += int(np.count_nonzero(apart > ROUGH))
        self.pixels += at_ends.size
        self.at_ends += int(np.count_nonzero(at_ends))

    def merge(self, other: "ClippedNoise") -> None:
        """Take the images of another one into account."""
        self.pixels += other.pixels
        self.at_ends += other.at_ends
        self.borders += other.borders
        self.by_chance += other.by_chance
        self.grey += other.grey
        self.rough += other.rough

    @property
    def found(self) -> bool:
        """Whether much of the noise is cut off."""
        share = self.at_ends / max(self.pixels, 1)
        scattered = LEAST <= share <= 1 - LEAST and self.borders > SCATTERED * self.by_chance
        return scattered and self.rough >= self.grey / 2

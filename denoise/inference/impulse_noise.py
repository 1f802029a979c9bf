"""Salt-and-pepper noise: single pixels that are black or white, whatever lies around them."""

from dataclasses import dataclass
from itertools import product

import numpy as np

APART = 0.5  # grey values from each of its neighbours that a pixel must be
# The share of such pixels. No digit of MNIST has more, nor does one parted at half.
LEAST = 0.006


@dataclass
class ImpulseNoise:
    """How many pixels are exactly black or white, and far from every neighbour.

    Strokes are wider, or go on in some direction. Noise that is added to grey values does not end
    exactly at black or white, unless it was cut off there: `denoise.inference.clipped_noise` is
    about that.
    """

    pixels: int = 0
    alone: int = 0

    def add(self, images: np.ndarray) -> None:
        """Take (n, height, width) images into account, grey values of [0, 1]."""
        alone = (images == 0) | (images == 1)
        height, width = images.shape[1:]
        # Beyond the border lies nothing that a pixel could be like.
        padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), constant_values=np.inf)
        for row, column in product(range(3), repeat=2):
            if (row, column) != (1, 1):
                neighbour = padded[:, row : row + height, column : column + width]
                alone &= np.abs(images - neighbour) > APART
        self.pixels += alone.size
        self.alone += int(np.count_nonzero(alone))

    def merge(self, other: "ImpulseNoise") -> None:
        """Take the images of another one into account."""
        self.pixels += other.pixels
        self.alone += other.alone

    @property
    def found(self) -> bool:
        """Whether there are more such pixels than strokes leave."""
        return self.alone > LEAST * self.pixels

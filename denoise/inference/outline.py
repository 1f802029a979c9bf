"""The outline of a digit on a noisy page, where it is known about where it is and how large."""

from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np
from scipy import ndimage
from scipy.special import ndtri

from denoise.inference.blobs import Blob, Noise
from denoise.inference.lighting import tile_means
from denoise.inference.strokes import Box, box_of_strokes

INK = 0.2  # of the way from the background to the strongest ink: what counts as part of the digit
SURE = 3.5  # standard deviations of the noise by which ink stands out
HEIGHT = 3.5  # of MNIST's digits, in units of the scale of their blob
FILL = 0.33  # mean ink in the box of an MNIST digit: the median of the training images
REACH = 1.6  # heights of a digit from its middle: what is looked at
FINE = 9  # tiles along the scale of a blob
SCALES = (0, *(0.7 * 2 ** (step / 2) for step in range(8)))  # of smoothing, tiles
SMOOTHEST = 0.4  # of a blob's scale: that of the strongest smoothing


@dataclass(frozen=True)
class Outline:
    """What a blob turned out to be.

    Parameters
    ----------
    box : Box
        Around it, pixels of the page.
    mass : (height, width) float32 array
        The ink in the box, smoothed.
    ink : float
        How far the strongest ink is above the background, grey values.
    ground : float
        The background.
    """

    box: Box
    mass: np.ndarray
    ink: float
    ground: float


def outline(page: np.ndarray, blob: Blob, noise: Noise) -> Outline | None:
    """Find the strokes of a blob; None where they are dark, and bright is what is between them.

    Around it the page is smoothed until ink stands out from noise, and no further.
    """
    around = _Surroundings(page, blob)
    scale, smooth, deviation = around.smoothed(noise)
    ink = float(smooth[around.middle].max())
    if ink <= -smooth[around.middle].min():
        return None
    least = float(np.clip(SURE * deviation, INK * ink, 0.6 * ink))
    strokes, _ = box_of_strokes(smooth, least, around.middle)
    if around.cuts(strokes):
        return outline(page, replace(blob, scale=1.5 * blob.scale), noise)
    # At its edge smoothing leaves half of wide ink; ``least`` is what it leaves further out.
    box = around.in_pixels(_moved_in(strokes, max(-ndtri(least / ink), 0) * scale))
    tile, pixels = around.tile, box.moved(-around.top, -around.left).pixels
    mass, sharp = (
        tiles.repeat(tile, axis=0).repeat(tile, axis=1)[pixels] for tiles in (smooth, around.tiles)
    )
    # Blur takes height from strokes, but no mass: from that their height was what a digit's is.
    ink = max(ink, float(sharp.mean()) / FILL)
    return Outline(box, np.clip(mass, 0, None), ink, around.ground)


class _Surroundings:
    """What is around a blob, in tiles that are small to it, the background 0."""

    def __init__(self, page: np.ndarray, blob: Blob) -> None:
        self.tile = max(1, int(blob.scale / FINE))
        self._shape, reach = page.shape, REACH * HEIGHT * blob.scale
        self.top, self.left = (max(0, int(middle - reach)) for middle in (blob.y, blob.x))
        near = page[self.top : int(blob.y + reach) + 2, self.left : int(blob.x + reach) + 2]
        tiles = tile_means(near, self.tile, self.tile)
        self._size = blob.scale / self.tile
        y, x = (blob.y + 0.5 - self.top) / self.tile, (blob.x + 0.5 - self.left) / self.tile
        rows, columns = (np.arange(side) + 0.5 for side in tiles.shape)
        distance = np.hypot(rows[:, np.newaxis] - y, columns - x)
        distance /= HEIGHT * self._size
        self.middle, outside = distance <= 0.5, distance > 0.75
        self.ground = float(np.median(tiles[outside])) if outside.any() else 0.0
        self.tiles = tiles - np.float32(self.ground)

    def smoothed(self, noise: Noise) -> tuple[float, np.ndarray, float]:
        """Return the scale at which ink stands out, the tiles at it, and the noise left there."""
        for scale in takewhile(lambda scale: scale <= SMOOTHEST * self._size, SCALES):
            smooth = ndimage.gaussian_filter(self.tiles, scale, mode="nearest", truncate=3)
            # The mean of a tile has the noise of a Gaussian filter of 0.28 times its side.
            deviation = noise.after(self.tile * float(np.hypot(scale, 0.5 / np.pi**0.5)))
            if SURE * deviation <= INK * smooth[self.middle].max():
                break
        return scale, smooth, deviation

    def cuts(self, box: Box) -> bool:
        """Whether a box of tiles reaches to where these end and the page goes on."""
        starts = (box.top == 0 < self.top, box.left == 0 < self.left)
        ends = (
            end == count and start + (count + 1) * self.tile <= side
            for end, count, start, side in zip(
                (box.bottom, box.right),
                self.tiles.shape,
                (self.top, self.left),
                self._shape,
                strict=True,
            )
        )
        return any(starts) or any(ends)

    def in_pixels(self, edges: tuple[float, float, float, float]) -> Box:
        """Return the box of pixels, one at least, that such edges are closest to."""
        height, width = (self.tile * side for side in self.tiles.shape)
        top, left, bottom, right = (round(edge * self.tile) for edge in edges)
        top, left = min(max(top, 0), height - 1), min(max(left, 0), width - 1)
        bottom, right = min(max(bottom, top + 1), height), min(max(right, left + 1), width)
        return Box(top, left, bottom, right).moved(self.top, self.left)


def _moved_in(box: Box, distance: float) -> tuple[float, float, float, float]:
    """Return the edges of a box, each moved inwards, by a quarter of the box at most."""
    up, across = min(distance, box.height / 4), min(distance, box.width / 4)
    return box.top + up, box.left + across, box.bottom - up, box.right - across

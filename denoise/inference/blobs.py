"""The brightest blob on a noisy page: about where a digit is, and about how large."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pywt
from scipy import ndimage
from scipy.special import ndtri

from denoise.inference.lighting import tile_means

FALSE_ALARM = 1e-4  # probability at which noise alone may pass for a blob, at each scale
STEP = 2**0.5  # from one scale to the next
AROUND = 2.5  # of a blob's scale: that of its surroundings
FADED = 0.7  # of a blob's strength: where its scale has been passed
# By difference of Gaussians, white noise is as much weaker than by the narrower one alone.
LESS_NOISE = (1 + AROUND**-2 - 4 / (1 + AROUND**2)) ** 0.5
NARROW = 12  # pixels: on a page of less, strokes are no wider than noise
MANY = 250  # squares of a blob's scale on a page, of which a quartile tells more than octaves
FEWEST = 64  # coefficients that a quartile is taken of
NORMAL_QUARTILE = ndtri(0.625)  # the first, of the absolute value of a standard normal variable


@dataclass(frozen=True)
class Blob:
    """Something bright.

    Parameters
    ----------
    y, x : float
        Its middle, pixels.
    scale : float
        Of the Gaussian filter that it is most like, pixels.
    contrast : float
        Between it and its surroundings, grey values.
    strength : float
        The same in standard deviations of the noise.
    """

    y: float
    x: float
    scale: float
    contrast: float
    strength: float


class Noise:
    """How strong the noise of a page is, in each octave of its spectrum.

    The first quartile of the diagonal wavelet coefficients measures it, of which strokes may hold
    most where a digit fills the page. White noise is the same in all octaves; noise that a camera
    or JPEG has smoothed is stronger in the coarser ones.

    Parameters
    ----------
    page : (height, width) float array
    """

    def __init__(self, page: np.ndarray) -> None:
        if min(page.shape) < NARROW:
            self._octaves = np.array([1e-6])
            return
        levels = pywt.dwtn_max_level(page.shape, "db2")
        _, *details = pywt.wavedec2(page, "db2", level=levels)
        finest, *others = [diagonal for _, _, diagonal in reversed(details)]
        used = [finest, *(diagonal for diagonal in others if diagonal.size >= FEWEST)]
        octaves = [np.quantile(np.abs(diagonal), 0.25) / NORMAL_QUARTILE for diagonal in used]
        self._octaves = np.maximum.accumulate(octaves) + 1e-6

    def after(self, scale: float) -> float:
        """Return its standard deviation once a Gaussian filter of so many pixels is over it."""
        if scale == 0:
            return float(self._octaves[0])
        octave = int(np.clip(np.rint(np.log2(scale) + 1.5), 0, len(self._octaves) - 1))
        return float(self._octaves[octave] / max(1, 2 * np.pi**0.5 * scale))


def find_blob(page: np.ndarray, noise: Noise) -> Blob | None:
    """Find the blob that stands out most; None where none does from noise.

    It is looked for at all scales, by differences of Gaussian filters, which a smooth background
    does not answer to; T. Lindeberg, "Feature Detection with Automatic Scale Selection" (1998).
    """
    layers = list(_scale_space(page, noise))
    seeds = [layer.brightest() for layer in layers]
    seeds = [
        seed
        for seed in seeds
        if seed.strength > -ndtri(min(0.3, FALSE_ALARM * seed.scale**2 / page.size))
    ]
    if not seeds:
        return None
    blob = max(seeds, key=lambda seed: seed.strength)
    # Where noise is weak that is one stroke of a digit: the scale of the whole is further up.
    for layer in layers:
        if layer.scale > blob.scale:
            wider = layer.brightest(near=blob)
            if wider.strength < FADED * blob.strength:
                break
            blob = max(blob, wider, key=lambda one: one.strength)
    return blob


@dataclass(frozen=True)
class _Layer:
    """A page at one scale: in tiles of so many pixels, contrast and its noise's deviation."""

    scale: float
    tile: int
    contrast: np.ndarray
    deviation: np.ndarray

    def brightest(self, near: Blob | None = None) -> Blob:
        """Return the strongest blob of this scale, or the strongest that another one is part of."""
        strength = self.contrast / self.deviation
        y, x = (_middles(side, self.tile) for side in strength.shape)
        if near:
            distance = np.hypot((y - near.y)[:, np.newaxis], x - near.x)
            strength = np.where(distance <= 1.5 * self.scale, strength, -np.inf)
        row, column = place = np.unravel_index(strength.argmax(), strength.shape)
        return Blob(
            float(y[row]),
            float(x[column]),
            self.scale,
            float(self.contrast[place]),
            float(strength[place]),
        )


def _scale_space(page: np.ndarray, noise: Noise) -> Iterator[_Layer]:
    shorter, longer = min(page.shape), max(page.shape)
    scale = float(max(np.clip(shorter / 20, 1.5, 3), longer / 500))
    while True:
        tile = int(np.clip(scale / 2.5, 1, shorter))  # which a filter of this scale does not notice
        tiles = tile_means(page, tile, tile)
        inner, outer = (
            ndimage.gaussian_filter(tiles, sigma / tile, truncate=3)
            for sigma in (scale, AROUND * scale)
        )
        contrast = inner - outer
        deviation = noise.after(scale) * LESS_NOISE
        if page.size >= MANY * scale**2:
            # Noise that octaves do not tell: most of such a page shows nothing else.
            deviation = max(deviation, np.quantile(np.abs(contrast), 0.25) / NORMAL_QUARTILE)
        # The filter continues the page by its mirror image, in which noise repeats itself.
        rows, columns = (
            np.sqrt(1 + np.exp(-(((np.minimum(middles, middles[::-1]) + 0.5) / scale) ** 2)))
            for middles in (_middles(side, tile) for side in tiles.shape)
        )
        yield _Layer(scale, tile, contrast, deviation * np.outer(rows, columns))
        scale *= STEP
        if scale > shorter / 3:
            return


def _middles(side: int, tile: int) -> np.ndarray:
    return (np.arange(side) + 0.5) * tile - 0.5

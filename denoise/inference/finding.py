"""Finding a bright digit on a page that may be noisy, specked and unevenly lit."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from scipy import ndimage

from denoise.inference.blobs import NARROW, Noise, find_blob
from denoise.inference.lighting import background
from denoise.inference.outline import INK, SURE, outline
from denoise.inference.photographs import LEAST
from denoise.inference.strokes import GAP, Box, box_of_strokes, connected, strokes

FAINTEST = 1e-3  # grey values: what is no further above its background is no ink
ALONE = 0.3  # of the energy of a clean page: the least in one stroke of its digit
SMOOTH = 0.15  # of the ink: what rises less above its surroundings is light, not a stroke
SPECK = 3  # pixels: what is no larger in either direction is dirt, where it touches nothing
SPECKY = 0.01  # of a page: the specks from which on they are its noise
ALIKE = 0.5  # of a digit's ink and of its longer side: what else has as much may be a digit too
LOOKS = 4  # for other digits; what stands out more may be a line or a stain
ROOM = 2.0  # longer sides of a digit: on a noisy page that is no longer, another is mostly noise
# Of MNIST's digits fewer than 1 in 100 are wider, and fewer than 1 in 200 have such a second part.
WIDE, WIDEST = 1.5, 2.5  # of a digit's height; of that of anything that is no line
PART = 0.3  # of the energy of its strongest part


@dataclass(frozen=True)
class Digit:
    """A digit on a page.

    Parameters
    ----------
    page : (height, width) float32 array
        The page, its background 0.
    box : Box
        Where on it the digit is.
    mass : (height, width) float32 array
        The ink in the box, smoothed as far as it had to be.
    ink : float
        How far the strongest ink is above the background, grey values.
    clean : bool
        Whether nothing had to be smoothed.
    more : bool or None
        Whether the page seems to hold more digits, or the box more than one. None where a noisy
        page is too small to tell.
    """

    page: np.ndarray
    box: Box
    mass: np.ndarray
    ink: float
    clean: bool
    more: bool | None = False


def find_digit(image: np.ndarray) -> Digit | None:
    """Find the digit that stands out most; None where nothing bright does.

    On a clean page its box holds all ink of over 20 % of the strongest, but for what is small and
    far off. On a noisy page it is estimated: the noisier, and the smaller the digit, the worse.

    Parameters
    ----------
    image : (height, width) float array
        The page, of any range of grey values; the digit is brighter than what is around it.
    """
    page = image.astype(np.float32)
    page -= background(page)
    noise = Noise(page)
    digit = _strongest(page, noise)
    if digit is None:
        return None
    return replace(digit, more=_is_several(digit) or _has_others(digit, noise))


def _strongest(page: np.ndarray, noise: Noise) -> Digit | None:
    """Find the digit on a page of background 0; None where nothing bright stands out."""
    bare = without_specks(page, noise)
    strongest = float(bare.max())
    if strongest <= FAINTEST:
        return None
    if SURE * noise.after(0) <= INK * strongest:
        box, share = box_of_strokes(page, INK * strongest)
        mass = np.clip(page[box.pixels], 0, None)
        ink = float(mass.max())
        if not has_strokes(page, box, ink):
            return None
        if share >= ALONE:
            return Digit(page, box, mass, ink, clean=True)
    blob = find_blob(bare, noise)
    found = None if blob is None else outline(bare, blob, noise)
    if found is None:
        return None
    return Digit(bare - found.ground, found.box, found.mass, found.ink, clean=False)


def _is_several(digit: Digit) -> bool:
    """Whether digits so close are in its box that they were taken as one, on a clean page."""
    if not digit.clean:
        return False
    _, boxes, energies = strokes(digit.mass, INK * digit.ink)
    sides, strongest = np.array([box.longer for box in boxes]), energies.argmax()
    alike = (energies >= PART * energies[strongest]) & (sides >= ALIKE * sides[strongest])
    return bool(alike.sum() > 1 or digit.box.width > WIDE * digit.box.height)


def _has_others(digit: Digit, noise: Noise) -> bool | None:
    """Whether the rest of its page holds something like it; None where that is mostly noise."""
    if not digit.clean and max(digit.page.shape) <= max(ROOM * digit.box.longer, LEAST):
        return None
    found = digit
    for _ in range(LOOKS):
        found = _strongest(_without(found), noise)
        if found is None:
            return False
        if _are_alike(digit, found):
            return True
    return False


def _without(digit: Digit) -> np.ndarray:
    """Return its page without a digit, and without what is so near that it may be a part of it."""
    box, page = digit.box, digit.page.copy()
    reach = ceil(GAP * box.longer)
    top, left = max(0, box.top - reach), max(0, box.left - reach)
    page[top : box.bottom + reach, left : box.right + reach] = 0
    return page


def _are_alike(digit: Digit, other: Digit) -> bool:
    """Whether both are about as large, and the other has as strong ink, as digits in one hand."""
    sides = other.box.longer / digit.box.longer
    is_line = other.box.width > WIDEST * other.box.height
    return not is_line and other.ink >= ALIKE * digit.ink and ALIKE <= sides <= 1 / ALIKE


def has_strokes(page: np.ndarray, box: Box, ink: float) -> bool:
    """Whether what a box holds varies within it as strokes do, and is no light that falls off."""
    half = max(1, box.longer // 6)  # in all a third of the box
    # Reflected as a slope goes on, so that light that rises to the border is smooth there too.
    wide = np.pad(page, half, mode="reflect", reflect_type="odd")
    around = ndimage.uniform_filter(wide, 2 * half + 1)[half:-half, half:-half]
    return float(np.abs(page - around)[box.pixels].max()) > SMOOTH * ink


def without_specks(page: np.ndarray, noise: Noise) -> np.ndarray:
    """Return the page with bright specks replaced by what is around them."""
    if min(page.shape) < NARROW:
        return page
    bright = page - ndimage.uniform_filter(page, [side // 3 for side in page.shape])
    labels, boxes = connected(bright > max(5 * noise.after(0), 0.02 * bright.max()))
    small = [box.longer <= SPECK for box in boxes]
    specks = np.array([False, *small])[labels]
    if specks.mean() > SPECKY:
        return ndimage.median_filter(page, SPECK)
    around, share = (
        ndimage.uniform_filter(values.astype(np.float32), 2 * SPECK + 1)
        for values in (np.where(specks, 0, page), ~specks)
    )
    return np.where(specks, around / np.maximum(share, 0.01), page)

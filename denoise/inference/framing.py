"""Bringing images of any size into the frame that a model knows."""

from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image

from denoise.io.errors import InputError

if TYPE_CHECKING:
    from denoise.inference.finding import Digit

MNIST = (28, 28)  # pixels, height and width of its frame
BOX = 20 / 28  # of the frame: MNIST scales a digit's longer side to this


class Framed(NamedTuple):
    """An image in a frame.

    Parameters
    ----------
    pixels : float32 array of the frame's size
        Grey values.
    done : str
        What was done to the image, in words; empty where nothing was.
    more_digits : bool or None
        Whether the page seems to hold more digits than the one that is in the frame; None where
        that cannot be told.
    """

    pixels: np.ndarray
    done: str
    more_digits: bool | None = False


def frame(image: np.ndarray, size: tuple[int, int] = MNIST) -> Framed:
    """Scale an image as a whole into the frame, the rest black.

    Parameters
    ----------
    image : (height, width) float array
        Of grey values.
    size : tuple
        Height and width of the frame.

    Returns
    -------
    Framed
        Of ``image`` itself where that is its shape.
    """
    height, width = image.shape
    if (height, width) == size:
        return Framed(image.astype(np.float32), "")
    scale = min(size[0] / height, size[1] / width)
    scaled = _resize(image, scale)
    framed = np.zeros(size, np.float32)
    top, left = ((size[axis] - scaled.shape[axis]) // 2 for axis in (0, 1))
    framed[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    done = f"scaled to {scaled.shape[1]}x{scaled.shape[0]}"
    return Framed(framed, done if scaled.shape == size else f"{done}, the rest black")


def fit_digit(image: np.ndarray, size: tuple[int, int] = MNIST) -> Framed:
    """Cut out the bright digit that stands out most and place it as MNIST does: `place_digit`.

    Parameters and result are those of `frame`.

    Raises
    ------
    InputError
        when nothing bright stands out.

    Notes
    -----
    Where it is reliable, docs/running.md shows: `python -m benchmarks.fit` prints it.
    """
    from denoise.inference.finding import find_digit  # SciPy starts slowly

    digit = find_digit(image)
    if digit is None:
        raise InputError(
            "no digit found: nothing brighter than its background stands out from noise"
        )
    return place_digit(digit, size)


def place_digit(digit: "Digit", size: tuple[int, int] = MNIST) -> Framed:
    """Place a digit that was found on a page as MNIST's makers did.

    Its longer side is scaled to 20 of 28 pixels and its centre of mass put in the middle of the
    frame; Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998). The
    background becomes 0 and the strongest ink 1. From a clean page the digit is cut out; from a
    noisy one so is what surrounds it, as a model that has learned from noise expects.

    Parameters
    ----------
    digit : Digit
        See `denoise.inference.finding.find_digit`.
    size : tuple
        Height and width of the frame.

    Returns
    -------
    As `frame`.
    """
    box = digit.box
    mass = _resize(digit.mass / digit.ink, round(BOX * min(size)) / box.longer)
    share = mass / mass.sum()
    centre = (
        share.sum(axis=1) @ np.arange(len(mass)),
        share.sum(axis=0) @ np.arange(mass.shape[1]),
    )
    # Nearest whole pixel, as the middle of 28 pixels lies between two; at most up to the edge.
    top, left = (
        int(np.clip(round((side - 1) / 2 - middle), 0, side - length))
        for side, middle, length in zip(size, centre, mass.shape, strict=True)
    )
    height, width = mass.shape
    if digit.clean:
        framed = np.zeros(size, np.float32)
        framed[top : top + height, left : left + width] = mass
    else:
        rows, columns = box.height / height, box.width / width
        corner = box.top - top * rows, box.left - left * columns
        framed = _cut(digit.page, corner, (size[0] * rows, size[1] * columns), size) / digit.ink
    done = f"digit of {box.width}x{box.height} scaled to {width}x{height} and centred"
    return Framed(framed, done, digit.more)


def _cut(
    page: np.ndarray,
    corner: tuple[float, float],
    extent: tuple[float, float],
    size: tuple[int, int],
) -> np.ndarray:
    """Return a part of a page, of any place and extent in pixels, scaled to a size.

    Beyond the page it is black.
    """
    (top, left), (height, width) = corner, extent
    whole = floor(left), floor(top), ceil(left + width), ceil(top + height)
    picture = Image.fromarray(page).crop(whole)
    part = left - whole[0], top - whole[1], left - whole[0] + width, top - whole[1] + height
    return np.asarray(picture.resize(size[::-1], Image.Resampling.BILINEAR, part))


def _resize(image: np.ndarray, scale: float) -> np.ndarray:
    """Scaled by ``scale``, averaging where it shrinks; no side below one pixel."""
    height, width = (max(1, round(size * scale)) for size in image.shape)
    picture = Image.fromarray(image.astype(np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR))

"""Bringing images of any size into the frame that a model knows."""

import numpy as np
from PIL import Image

from denoise.io.errors import InputError

MNIST = (28, 28)  # pixels, height and width of its frame
BOX = 20 / 28  # of the frame: MNIST scales a digit's longer side to this
INK = 0.2  # of the way from the background to the strongest ink: what counts as part of the digit


def frame(image: np.ndarray, size: tuple[int, int] = MNIST) -> tuple[np.ndarray, str]:
    """Scale an image as a whole into the frame, the rest black.

    Parameters
    ----------
    image : (height, width) float array
        Of grey values.
    size : tuple
        Height and width of the frame.

    Returns
    -------
    framed : float32 array of that size
        ``image`` itself where that is its shape.
    done : str
        What was done, in words; empty where nothing was.
    """
    height, width = image.shape
    if (height, width) == size:
        return image.astype(np.float32), ""
    scale = min(size[0] / height, size[1] / width)
    scaled = _resize(image, scale)
    framed = np.zeros(size, np.float32)
    top, left = ((size[axis] - scaled.shape[axis]) // 2 for axis in (0, 1))
    framed[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    done = f"scaled to {scaled.shape[1]}x{scaled.shape[0]}"
    return framed, done if scaled.shape == size else f"{done}, the rest black"


def fit_digit(image: np.ndarray, size: tuple[int, int] = MNIST) -> tuple[np.ndarray, str]:
    """Cut out a bright digit and place it as MNIST's makers did.

    The digit is what stands out from the background, which is the median of the image's border.
    Its longer side is scaled to 20 of 28 pixels and its centre of mass put in the middle of the
    frame; Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition" (1998). The
    background becomes 0 and the strongest ink 1.

    Parameters and result are those of `frame`.

    Raises
    ------
    InputError
        when nothing stands out.
    """
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    ink = np.clip(image.astype(np.float32) - np.median(border), 0, None)
    if ink.max() <= 1e-3:
        raise InputError("nothing brighter than its border: is it dark ink? Then add --invert")
    ink /= ink.max()
    rows, columns = (np.flatnonzero((ink > INK).any(axis=axis)) for axis in (1, 0))
    digit = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scaled = _resize(digit, round(BOX * min(size)) / max(digit.shape))
    framed = np.zeros(size, np.float32)
    mass = scaled / scaled.sum()
    centre = (mass.sum(axis=1) @ np.arange(len(mass)), mass.sum(axis=0) @ np.arange(mass.shape[1]))
    # Nearest whole pixel, as the middle of 28 pixels lies between two; at most up to the edge.
    top, left = (
        int(np.clip(round((side - 1) / 2 - middle), 0, side - length))
        for side, middle, length in zip(size, centre, scaled.shape, strict=True)
    )
    framed[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    before, after = (f"{part.shape[1]}x{part.shape[0]}" for part in (digit, scaled))
    return framed, f"digit of {before} scaled to {after} and centred"


def _resize(image: np.ndarray, scale: float) -> np.ndarray:
    """Scaled by ``scale``, averaging where it shrinks; no side below one pixel."""
    height, width = (max(1, round(size * scale)) for size in image.shape)
    picture = Image.fromarray(image.astype(np.float32))
    return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR))

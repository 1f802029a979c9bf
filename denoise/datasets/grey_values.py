"""Arrays of any type that holds images, as grey values with white at 1."""

import numpy as np

from denoise.io.errors import InputError

WHITE = {np.dtype(bool): 1, np.dtype(np.uint8): 255, np.dtype(np.uint16): 65535}
NARROWEST = 5  # pixels: a side of less is that of colours, or no image's
LARGEST_VALUE = 15.0  # of floats with white at 1 and noise; greys of 0 to 16 or 255 go beyond


def check_array(shape: tuple[int, ...], dtype: np.dtype) -> None:
    """Refuse what holds no images, with an InputError that says what would."""
    sides = shape[1:3] if len(shape) > 2 else shape
    grey = len(shape) in (2, 3) or (len(shape) == 4 and shape[3] == 1)
    if not grey or min(sides) < NARROWEST:
        raise InputError(
            f"it has the shape {shape}; images are (height, width), (n, height, width) or"
            f" (n, height, width, 1), grey and of {NARROWEST} pixels a side at least"
        )
    if white_of(dtype) is None and dtype.kind != "f":
        raise InputError(f"it holds {dtype}; images are bool, uint8, uint16 or floating-point")


def white_of(dtype: np.dtype) -> int | None:
    """Return the value that is white in arrays of integers, in any order of bytes, or None."""
    return WHITE.get(dtype.newbyteorder("="))


def as_grey(images: np.ndarray) -> np.ndarray:
    """(n, height, width) or (n, height, width, 1) of any type allowed to float32, white at 1.

    Raises
    ------
    InputError
        when a value is NaN or infinite, or so large that 1 cannot be white.
    """
    images = images[..., 0] if images.ndim == 4 else images
    if images.dtype.kind != "f":
        return images.astype(np.float32) / np.float32(white_of(images.dtype))
    if not np.isfinite(images).all():
        raise InputError("it holds NaN or infinite values")
    largest = np.abs(images).max(initial=0)
    if largest > LARGEST_VALUE:
        raise InputError(
            f"its values reach {largest:g}, and 1 is white in floating-point images: divide them"
            " by what is white"
        )
    return images.astype(np.float32)

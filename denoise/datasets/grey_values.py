"""Arrays of any type that holds images, as grey values with white at 1."""

import numpy as np

from denoise.io.errors import InputError

WHITE = {np.dtype(bool): 1, np.dtype(np.uint8): 255, np.dtype(np.uint16): 65535}


def check_array(shape: tuple[int, ...], dtype: np.dtype) -> None:
    """Refuse what holds no images, with an InputError that says what would."""
    if not (len(shape) in (2, 3) or (len(shape) == 4 and shape[3] == 1)) or 0 in shape[-2:]:
        raise InputError(
            f"it has the shape {shape}; images are (height, width), (n, height, width) or"
            " (n, height, width, 1)"
        )
    if dtype not in WHITE and dtype.kind != "f":
        raise InputError(f"it holds {dtype}; images are bool, uint8, uint16 or floating-point")


def as_grey(images: np.ndarray) -> np.ndarray:
    """(n, height, width) or (n, height, width, 1) of any type allowed to float32, white at 1.

    Raises
    ------
    InputError
        when a value is NaN or infinite.
    """
    images = images[..., 0] if images.ndim == 4 else images
    if images.dtype.kind != "f":
        return images.astype(np.float32) / np.float32(WHITE[images.dtype])
    grey = images.astype(np.float32)
    if not np.isfinite(grey).all():
        raise InputError("it holds NaN or infinite values")
    return grey

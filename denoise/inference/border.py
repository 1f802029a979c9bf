"""The border of a page, which is background: a digit hardly touches it."""

import numpy as np


def border(pages: np.ndarray) -> np.ndarray:
    """Return the outermost pixels of (..., height, width) pages, (..., pixels)."""
    sides = (pages[..., 0, :], pages[..., -1, :], pages[..., 0], pages[..., -1])
    return np.concatenate(sides, axis=-1)

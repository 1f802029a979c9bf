"""Images that hold no digit, to see what a denoiser of digits makes of them."""

import numpy as np
from skimage import data, transform


def non_digits(digits: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return names and images (n, height, width), float64 in [0, 1].

    Parameters
    ----------
    digits : (n, height, width) uint8 array
        The first is shown mirrored, top to bottom, and inverted.
    """
    size = height, width = digits.shape[1:]
    rows, columns = np.indices(size)
    from_middle = np.hypot(rows - (height - 1) / 2, columns - (width - 1) / 2)
    ring = np.abs(from_middle - 9 / 28 * min(size)) < 1.5
    images = {
        "black": np.zeros(size),
        "white": np.ones(size),
        "half grey": np.full(size, 0.5),
        "noise": np.random.default_rng(0).random(size),
        "checkers": (rows // 4 + columns // 4) % 2.0,
        "a line": np.abs(rows - columns) < 2,
        "a ring": ring,
        "a photograph": transform.resize(data.camera(), size, anti_aliasing=True),
        "digit, inverted": 1 - digits[0] / 255,
        "digit, mirrored": digits[0, ::-1] / 255,
    }
    return list(images), np.stack([image.astype(float) for image in images.values()])

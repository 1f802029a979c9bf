"""Images that hold no digit, to see what a denoiser of digits makes of them."""

import numpy as np
from skimage import data, transform

SIZE = 28


def no_digits(digits: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names and images (n, 28, 28), float64 in [0, 1].

    Parameters
    ----------
    digits : (n, 28, 28) uint8 array; the first is shown turned and inverted
    """
    rows, columns = np.indices((SIZE, SIZE))
    ring = np.abs(np.hypot(rows - 13.5, columns - 13.5) - 9) < 1.5
    images = {
        "black": np.zeros((SIZE, SIZE)),
        "white": np.ones((SIZE, SIZE)),
        "half grey": np.full((SIZE, SIZE), 0.5),
        "noise": np.random.default_rng(0).random((SIZE, SIZE)),
        "checkers": (rows // 4 + columns // 4) % 2.0,
        "a line": np.abs(rows - columns) < 2,
        "a ring": ring,
        "a photograph": transform.resize(data.camera(), (SIZE, SIZE), anti_aliasing=True),
        "digit, inverted": 1 - digits[0] / 255,
        "digit, upside down": digits[0, ::-1] / 255,
    }
    return list(images), np.stack([image.astype(float) for image in images.values()])

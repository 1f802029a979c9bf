"""Draw docs/noisy-digit.png, a page to try `python -m denoise` on: a digit of scikit-learn's set.

    python -m tools.noisy_digit

Dark ink on bright paper, with blur and noise.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from denoise.corruption.corrupt import corrupt
from denoise.datasets.sklearn_digits import find_digits
from tools.command_line import run

PICTURE = Path("docs/noisy-digit.png")
DIGIT = 10  # of the test images: a three
SIDE = 96  # pixels of the page
SCALE = 2  # pixels of the page to a pixel of the digit
TOP, LEFT = 30, 10  # pixels
PAPER, CONTRAST = 0.8, 0.6  # grey values: the page is scanned, neither white nor black
BLUR, AMPLITUDE = 1.0, 0.4  # pixels; of uniform noise, where the ink stands out by 1


def main() -> None:
    """Draw the page."""
    Image.fromarray(draw_page()).save(PICTURE, optimize=True)
    print(PICTURE)


def draw_page() -> np.ndarray:
    """Return the page, a (96, 96) uint8 array."""
    digit = find_digits()["test_images"][DIGIT].repeat(SCALE, axis=0).repeat(SCALE, axis=1)
    ink = np.zeros((SIDE, SIDE), np.uint8)
    ink[TOP : TOP + len(digit), LEFT : LEFT + digit.shape[1]] = digit
    blur, amplitude = (BLUR, BLUR), (AMPLITUDE, AMPLITUDE)
    noisy, _, _ = corrupt(ink[np.newaxis], blur, amplitude, np.random.SeedSequence(0))
    return np.rint(255 * np.clip(PAPER - CONTRAST * noisy[0], 0, 1)).astype(np.uint8)


if __name__ == "__main__":
    run(main)

"""How often `--fit` finds a digit on a larger page, and how often it is then read right.

    .venv/bin/python -m benchmarks.fit

MNIST's test digits, scaled up, are put anywhere on a page, which is corrupted as the pipeline does
it: blur and noise of a level, in pixels of the page. One is found where the intersection of its box
and of the one found is more than half of their union; it is read from what the denoiser leaves.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image
from tqdm import tqdm

from benchmarks.machine import describe
from denoise.corruption.corrupt import corrupt
from denoise.inference.api import load_model
from denoise.inference.finding import find_digit
from denoise.inference.framing import place_digit
from denoise.inference.reading import CLASSIFIER
from denoise.inference.strokes import Box
from denoise.io.parameters.noise import Level
from denoise.io.parameters.pipeline import read_parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.result_tables import to_markdown
from denoise.storage.arrays import read_array, read_labels
from tools.command_line import run

CLEAN = Path("data/clean")
DIGITS = 50  # to a cell of the table
PAGE, SIZE = 200, 62  # pixels: of the pages that more is done to
SIZES = ((100, 20), (100, 40), (100, 80), (200, 30), (200, 62), (200, 120), (400, 40), (400, 80))


@dataclass(frozen=True)
class Trouble:
    """What befalls a page besides noise.

    Parameters
    ----------
    light : float
        By how many grey values one corner is brighter than the opposite one.
    specks : int
        White squares of one to three pixels, anywhere.
    photograph : bool
        Dark ink on grey paper, of 60 % of the contrast, as a JPEG of 8 bits holds it.
    """

    light: float = 0.0
    specks: int = 0
    photograph: bool = False


NOTHING = Trouble()
TROUBLES = {
    "light from one side": Trouble(light=0.5),
    "20 bright specks": Trouble(specks=20),
    "both": Trouble(light=0.5, specks=20),
    "dark ink in a JPEG": Trouble(photograph=True),
}


def draw_page(
    image: np.ndarray | None, side: int, size: int, level: Level, trouble: Trouble, seed: int
) -> tuple[np.ndarray, Box | None]:
    """Put a digit on a page.

    Parameters
    ----------
    image : (height, width) uint8 array or None
        The digit; None leaves the page without one.
    side : int
        Of the square page, pixels.
    size : int
        The digit's longer side, pixels.
    level : Level
        Blur and noise of the page.
    trouble : Trouble
        What else befalls it, before the noise.
    seed : int
        Of place, noise and specks.

    Returns
    -------
    page : (side, side) float32 array
        Bright digit on black, not clipped.
    box : Box or None
        Of the ink that has a fifth of the strongest or more.
    """
    generator = np.random.default_rng(seed)
    page, box = np.zeros((side, side), np.uint8), None
    if image is not None:
        digit = _scaled(image, size)
        top, left = (generator.integers(0, side - length + 1) for length in digit.shape)
        page[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
        rows, columns = (np.flatnonzero((page > 51).any(axis=axis)) for axis in (1, 0))
        box = Box(rows[0], columns[0], rows[-1] + 1, columns[-1] + 1)
    for _ in range(trouble.specks):
        length = generator.integers(1, 4)
        y, x = generator.integers(0, side - length + 1, 2)
        page[y : y + length, x : x + length] = 255
    blur, amplitude = (level.blur, level.blur), (level.amplitude, level.amplitude)
    stream = np.random.SeedSequence(seed)
    noisy, _, _ = corrupt(page[np.newaxis], blur, amplitude, stream, kind=level.kind)
    ramp = np.linspace(0, trouble.light / 2, side, dtype=np.float32)
    page = noisy[0] + np.add.outer(ramp, ramp)
    return (1 - _as_photograph(0.8 - 0.6 * page) if trouble.photograph else page), box


def overlap(one: Box, other: Box) -> float:
    """Return the intersection of two boxes over their union."""
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    width = min(one.right, other.right) - max(one.left, other.left)
    common = max(height, 0) * max(width, 0)
    return common / (one.height * one.width + other.height * other.width - common)


class Measurement:
    """Finds and reads digits on pages; both as shares of all.

    Parameters
    ----------
    images, labels : (n, 28, 28) uint8 and (n,) uint8 array
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self._images, self._labels = images, labels
        self._denoise = load_model("denoiser")
        self._classify = OnnxModel(CLASSIFIER)

    def __call__(
        self, side: int, size: int, level: Level, trouble: Trouble = NOTHING
    ) -> tuple[float, float]:
        """Return which share is found and which is read right, see `draw_page`."""
        count = len(self._images)
        found, seen = np.zeros((2, count), bool)
        placed = np.zeros((count, 28, 28), np.float32)
        for number, image in enumerate(self._images):
            page, box = draw_page(image, side, size, level, trouble, seed=number)
            digit = find_digit(page)
            if digit is not None:
                found[number] = overlap(digit.box, box) > 0.5
                seen[number], placed[number] = True, place_digit(digit).pixels
        read = self._classify(self._denoise(placed)).argmax(axis=1)
        return float(found.mean()), float((seen & (read == self._labels)).mean())


def _as_photograph(page: np.ndarray) -> np.ndarray:
    """Return what is left of grey values of [0, 1] in a JPEG."""
    file = BytesIO()
    Image.fromarray(np.rint(255 * page.clip(0, 1)).astype(np.uint8)).save(file, "jpeg")
    return np.asarray(Image.open(file), np.float32) / 255


def _scaled(image: np.ndarray, size: int) -> np.ndarray:
    """Cut out the ink of an image, and scale its longer side."""
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * size / max(ink.shape))) for side in ink.shape)
    return np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BICUBIC))


def main() -> None:
    """Print a table of pages without trouble, and one of those with."""
    levels = read_parameters(Path("params.yaml")).levels
    images, labels = read_array(CLEAN, "test_images"), read_labels(CLEAN, "test")
    measure = Measurement(images[:DIGITS], labels[:DIGITS])
    cells = [(f"{side}x{side}, {size}", side, size, NOTHING) for side, size in SIZES]
    cells += [(f"{PAGE}x{PAGE}, {SIZE}, {name}", PAGE, SIZE, it) for name, it in TROUBLES.items()]
    rows = []
    with tqdm(total=len(cells) * len(levels), unit=" cells", disable=None, leave=False) as bar:
        for name, side, size, trouble in cells:
            row = {f"found / read right, of {DIGITS}: page, digit in pixels": name}
            for level, noise in levels.items():
                row[level] = " / ".join(
                    f"{share:.2f}" for share in measure(side, size, noise, trouble)
                )
                bar.update()
            rows.append(row)
    print(describe("numpy", "scipy", "onnxruntime"))
    print(to_markdown(pd.DataFrame(rows)))


if __name__ == "__main__":
    run(main)

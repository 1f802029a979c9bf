"""Denoising files of one's own: pictures, NumPy arrays and folders of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from denoise.datasets import pictures
from denoise.datasets.grey_values import WHITE, as_grey, check_array
from denoise.inference import array_files
from denoise.inference.api import prepare
from denoise.inference.array_files import ArrayWriter, StoredArray
from denoise.inference.contact_sheets import PAIRS, Sheets
from denoise.inference.denoiser import Model, Size
from denoise.inference.noise_report import NoiseReport
from denoise.io.errors import InputError
from denoise.onnx_model import OnnxModel

BLOCK = 1000  # images of an array that are in memory at a time
BLOCK_PIXELS = 16_000_000  # the same, where images are large


@dataclass
class Outcome:
    """What became of one file: how many images, by which model, what was done first, and figures.

    ``noise`` is what the images tell of their noise. ``change`` is the root mean square of all
    differences between images as the model was given them and as it left them; ``readings`` counts
    which digits a classifier reads in the latter.
    """

    images: int = 0
    model: str = ""
    noise: NoiseReport = field(default_factory=NoiseReport)
    done: list[str] = field(default_factory=list)
    squares: float = 0.0
    pixels: int = 0
    readings: dict[int, int] = field(default_factory=dict)

    @property
    def change(self) -> float:
        """See above; grey values of [0, 1]."""
        return (self.squares / max(self.pixels, 1)) ** 0.5


class FileDenoiser:
    """Denoises file after file in the same way.

    Parameters
    ----------
    size : tuple
        Height and width of the images that the models take.
    choose : Callable
        From the first images of a file, (n, *size), to a model's name and the model, which takes
        such images to such images.
    classifier : OnnxModel or None
        Reads digits of that size; None where there is none.
    fit, invert : bool
        See `denoise.inference.api.denoise_images`.
    sheets : Sheets or None
        Takes before and after, or None.
    progress : tqdm
        A bar that counts images; arrays add theirs to its total.
    """

    def __init__(
        self,
        size: Size,
        choose: Callable[[np.ndarray], tuple[str, Model]],
        classifier: OnnxModel | None,
        fit: bool,
        invert: bool,
        sheets: Sheets | None,
        progress: tqdm,
    ) -> None:
        self._size, self._choose = size, choose
        self._classifier, self._sheets = classifier, sheets
        self._model: Model | None = None  # of the file that is being denoised
        self._progress = progress
        self._fit, self._invert = fit, invert

    def __call__(self, source: Path, target: Path) -> Outcome:
        """Denoise the images of one file into another.

        Raises
        ------
        InputError
            when ``source`` cannot be read; ``target`` then stays as it was.
        OSError
            when a disk is full or refuses; likewise.
        """
        self._model = None
        if source.suffix.lower() in array_files.SUFFIXES:
            return self._arrays(source, target)
        outcome = Outcome()
        image, kind = pictures.read_picture(source, paper=float(self._invert))
        denoised = self._denoise(image[np.newaxis], outcome)
        outcome.done.insert(0, kind)
        pictures.write_picture(denoised[0], target)
        return outcome

    def _arrays(self, source: Path, target: Path) -> Outcome:
        outcome = Outcome()
        with (
            array_files.open_arrays(source) as arrays,
            array_files.write_arrays(target) as writer,
        ):
            for name, stored in arrays:
                try:
                    self._array(name, stored, writer, outcome)
                except InputError as error:
                    raise InputError(f"array {name!r}: {error}" if name else error) from None
        return outcome

    def _array(self, name: str, stored: StoredArray, writer: ArrayWriter, outcome: Outcome) -> None:
        shape, dtype = stored.shape, stored.dtype
        if name and len(shape) < 2:  # labels, say
            with writer.array(name, shape, dtype) as file:
                for rows in stored.blocks(BLOCK_PIXELS):
                    file.write(rows.tobytes())
            outcome.done.append(f"{name!r} copied")
            return
        check_array(shape, dtype)
        one = len(shape) == 2
        height, width = shape[-2:] if len(shape) < 4 else shape[1:3]
        if height * width > pictures.MOST_PIXELS:
            raise InputError(f"its images have over {pictures.MOST_PIXELS:,} pixels")
        if not one and shape[0] == 0:
            raise InputError("it holds no images")
        block = shape[0] if one else max(1, min(BLOCK, BLOCK_PIXELS // (height * width)))
        kept = np.dtype(np.float32) if dtype.kind == "f" else dtype
        ends = {2: self._size, 3: (shape[0], *self._size), 4: (shape[0], *self._size, 1)}
        self._progress.total += 1 if one else shape[0]
        with writer.array(name, ends[len(shape)], kept) as file:
            for rows in stored.blocks(block):
                denoised = self._denoise(as_grey(rows[np.newaxis] if one else rows), outcome)
                file.write(_as_type(denoised, kept).tobytes())

    def _denoise(self, images: np.ndarray, outcome: Outcome) -> np.ndarray:
        framed, done = prepare(images, self._size, fit=self._fit, invert=self._invert)
        if self._model is None:
            outcome.model, self._model = self._choose(framed)
        denoised = self._model(framed)
        outcome.noise.add(framed, denoised)
        if self._sheets and outcome.images < PAIRS:
            self._sheets.add(framed[:PAIRS], denoised[:PAIRS])
        outcome.done += [step for step in done if step not in outcome.done]
        outcome.images += len(images)
        self._progress.update(len(images))
        outcome.squares += float(np.square(denoised - framed, dtype=np.float64).sum())
        outcome.pixels += denoised.size
        if self._classifier:
            digits, counts = np.unique(
                self._classifier(denoised).argmax(axis=1), return_counts=True
            )
            for digit, count in zip(digits.tolist(), counts.tolist(), strict=True):
                outcome.readings[digit] = outcome.readings.get(digit, 0) + count
        return denoised


def find_files(inputs: Sequence[Path]) -> Iterator[tuple[Path, Path] | InputError]:
    """Every file to denoise and the name of its output below the output's folder.

    A folder stands for all pictures and arrays in it and below it. Pictures become PNG, as they
    lose nothing there. What is no such file is told as an InputError, and the next one comes.
    """
    known = pictures.SUFFIXES | array_files.SUFFIXES
    for given in inputs:
        if given.is_dir():
            files = sorted(path for path in given.rglob("*") if path.suffix.lower() in known)
            if not files:
                yield InputError(f"{given} holds no {_listed(known)} files")
            yield from ((path, _output_name(path.relative_to(given))) for path in files)
        elif not given.exists():
            yield InputError(f"{given} does not exist")
        elif given.suffix.lower() not in known:
            yield InputError(f"{given} is none of the kinds read: {_listed(known)}")
        else:
            yield given, _output_name(Path(given.name))


def _output_name(name: Path) -> Path:
    return name if name.suffix.lower() in array_files.SUFFIXES else name.with_suffix(".png")


def _listed(suffixes: frozenset[str]) -> str:
    return ", ".join(sorted(suffixes))


def _as_type(denoised: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind == "f":
        return denoised
    return np.rint(np.clip(denoised, 0, 1) * WHITE[dtype]).astype(dtype)

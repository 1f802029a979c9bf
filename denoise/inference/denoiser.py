"""A trained denoiser, and the size of the images it takes."""

from pathlib import Path
from typing import Protocol

import numpy as np

from denoise.inference.framing import MNIST
from denoise.io.errors import InputError
from denoise.onnx_model import OnnxModel
from denoise.uncertainty.ensemble_model import EnsembleModel, Intervals

Size = tuple[int, int]


class Model(Protocol):
    """Takes (n, height, width) float images of its size to float32 ones in [0, 1].

    ``intervals`` is None where it does not say how sure it is. ``tiles`` says whether images are
    parts of pictures, see `denoise.inference.tiles`.
    """

    size: Size
    intervals: Intervals | None
    tiles: bool

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Denoise images."""


class Denoiser:
    """A model from images to images, read from an ``.onnx`` file.

    ``size`` is the height and width of the images it takes; MNIST's where it takes any. ``tiles``
    says whether they are tiles of larger pictures, as its file has it.
    ``intervals`` is None where it does not say how sure it is.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        when it is no ONNX model, or none from images of one channel to such images.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._run = path, EnsembleModel(path)
        self.size, self.intervals = input_size(self._run), self._run.intervals
        self.tiles = self._run.takes_tiles
        try:
            shape = self._run(np.zeros((1, *self.size), np.float32)).shape
        except InputError:
            shape = None
        if shape != (1, *self.size):
            raise InputError(f"{path} is not a model from grey images to images of their size")

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Denoise (n, height, width) float images to float32 ones in [0, 1]."""
        return self._run(noisy)

    def with_half_widths(self, noisy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Denoise images, and say how far off each pixel may be.

        Parameters
        ----------
        noisy : (n, height, width) float array

        Returns
        -------
        denoised, half_widths : (n, height, width) float32 arrays in [0, 1]
            A pixel lies within its half-width of the denoised one as often as
            `denoise.uncertainty.ensemble_model.Intervals.coverage` says.

        Raises
        ------
        InputError
            When the model does not say.
        """
        if self.intervals is None:
            raise InputError(f"{self._path} does not say how sure it is: take an ensemble")
        mean, deviation = self._run.with_deviation(noisy)
        return mean, self.intervals.half_widths(deviation)


def input_size(model: OnnxModel) -> Size:
    """Return the height and width of the images a model takes, MNIST's where any will do."""
    sides = model.input_shape[1:3]
    return sides if len(sides) == 2 and all(isinstance(side, int) for side in sides) else MNIST

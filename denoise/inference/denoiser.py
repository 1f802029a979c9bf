"""A trained denoiser, and the size of the images it takes."""

from pathlib import Path
from typing import Protocol

import numpy as np

from denoise.inference.framing import MNIST
from denoise.io.errors import InputError
from denoise.onnx_model import OnnxModel, open_session

Size = tuple[int, int]


class Model(Protocol):
    """Takes (n, height, width) float images of its size to float32 ones in [0, 1]."""

    size: Size

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Denoise images."""


class Denoiser:
    """A model from images to images, read from an ``.onnx`` file.

    ``size`` is the height and width of the images it takes; MNIST's where it takes any.

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
        self._run = OnnxModel(path)
        self.size = input_size(path)
        try:
            shape = self._run(np.zeros((1, *self.size), np.float32)).shape
        except Exception:  # ONNX Runtime's own exceptions share no other base
            shape = None
        if shape != (1, *self.size):
            raise InputError(f"{path} is not a model from grey images to images of their size")

    def __call__(self, noisy: np.ndarray) -> np.ndarray:
        """Denoise (n, height, width) float images to float32 ones in [0, 1]."""
        return self._run(noisy)


def input_size(path: Path) -> Size:
    """Return the height and width of the images an ONNX model takes, MNIST's where any will do."""
    shape = open_session(path.read_bytes()).get_inputs()[0].shape
    sides = tuple(shape[1:3])
    return sides if len(sides) == 2 and all(isinstance(side, int) for side in sides) else MNIST

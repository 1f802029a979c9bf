"""Running an exported model with ONNX Runtime: no TensorFlow, and a quick start."""

import os
from pathlib import Path

# ONNX Runtime would write an identifier of this machine to the user's cache, and report to its
# makers. It reads this when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime

from denoise.io.errors import InputError

TAKES, TILES = "takes", "tiles"  # an entry of a file's metadata; without it, wholes are taken
BATCH = 250  # images; four times as fast as all 10,000 at once, whose layers leave the cache


class OnnxModel:
    """A model of images, read from an ``.onnx`` file; weights in other files lie beside it.

    ``input_shape`` is that of its input: whole numbers, and names where any number will do.
    ``takes_tiles`` says whether it was trained on parts of pictures.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        when the file is missing or no ONNX model with one input.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputError(f"{path} does not exist: `dvc repro` makes it")
        try:
            str(path).encode()  # ONNX Runtime opens no names but those of UTF-8
            # By its path: of mere bytes, it would look for weights in the working directory.
            self._session = open_session(str(path))
            (given,) = self._session.get_inputs()
        except Exception as error:  # ONNX Runtime's own exceptions share no other base
            why = str(error).partition("\n")[0]
            raise InputError(f"{path} is not a model ONNX Runtime can read: {why}") from None
        self._path, self.input_shape = path, tuple(given.shape)
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.takes_tiles = metadata.get(TAKES) == TILES

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the model's outputs for (n, height, width) float images.

        Returns
        -------
        (n, height, width) float32 for a denoiser, (n, classes) for a classifier

        Raises
        ------
        InputError
            when the model cannot take them.
        """
        try:
            outputs = run_in_batches(self._session, images[..., np.newaxis])
        except Exception as error:
            why = str(error).partition("\n")[0]
            raise InputError(f"{self._path} cannot take these images: {why}") from None
        return outputs[..., 0] if outputs.ndim == 4 else outputs


def open_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """Return a session that computes the same bits on every x86-64 processor with AVX2.

    ONNX Runtime offers no choice of instructions. The layouts that its last level of optimisation
    rearranges convolutions into are as wide as the processor's vectors, and so is the order of
    their sums; without it the order is one for all.

    Parameters
    ----------
    model : str or bytes
        The path of an ``.onnx`` file, or what such a file holds.
    """
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.log_severity_level = 4  # fatal: what is less comes as an exception
    return onnxruntime.InferenceSession(model, options)


def run_in_batches(session: onnxruntime.InferenceSession, values: np.ndarray) -> np.ndarray:
    """Return a session's first output for (n, ...) values of its only input, batch by batch.

    A model that was exported for batches of one size gets such, the last one filled with zeros.
    """
    (given,) = session.get_inputs()
    fixed = given.shape[0] if isinstance(given.shape[0], int) else None
    outputs = []
    for first in range(0, max(len(values), 1), fixed or BATCH):
        batch = values[first : first + (fixed or BATCH)].astype(np.float32)
        missing = (fixed or len(batch)) - len(batch)
        filled = np.concatenate([batch, np.zeros((missing, *batch.shape[1:]), np.float32)])
        outputs.append(session.run(None, {given.name: filled})[0][: len(batch)])
    return np.concatenate(outputs)

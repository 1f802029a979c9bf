"""Running an exported model with ONNX Runtime: no TensorFlow, and a quick start."""

from pathlib import Path

import numpy as np
import onnxruntime

from denoise.io.errors import InputError

BATCH = 250  # images; four times as fast as all 10,000 at once, whose layers leave the cache


class OnnxModel:
    """A model of images, read from an ``.onnx`` file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        when the file is missing or no ONNX model.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise InputError(f"{path} does not exist: `dvc repro` makes it")
        try:
            self._session = open_session(path.read_bytes())
        except Exception as error:  # ONNX Runtime's own exceptions share no other base
            raise InputError(f"{path} is not a model ONNX Runtime can read: {error}") from None

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Return the model's outputs for (n, height, width) float images.

        Returns
        -------
        (n, height, width) float32 for a denoiser, (n, classes) for a classifier
        """
        outputs = run_in_batches(self._session, images[..., np.newaxis])
        return outputs[..., 0] if outputs.ndim == 4 else outputs


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """Return a session that computes the same bits on every x86-64 processor with AVX2.

    ONNX Runtime offers no choice of instructions. The layouts that its last level of optimisation
    rearranges convolutions into are as wide as the processor's vectors, and so is the order of
    their sums; without it the order is one for all.
    """
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    return onnxruntime.InferenceSession(model, options)


def run_in_batches(session: onnxruntime.InferenceSession, values: np.ndarray) -> np.ndarray:
    """Return a session's first output for (n, ...) values of its only input, batch by batch."""
    (given,) = session.get_inputs()
    batches = [
        session.run(None, {given.name: batch.astype(np.float32)})[0]
        for batch in np.split(values, range(BATCH, len(values), BATCH))
    ]
    return np.concatenate(batches)

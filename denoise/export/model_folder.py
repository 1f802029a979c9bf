"""A trained model on disk, as ``model.keras`` and ``model.onnx``, checked against each other."""

from pathlib import Path

import keras
import numpy as np

from denoise.export.keras_archive import save_reproducible
from denoise.export.onnx_export import export_onnx
from denoise.io.atomic import atomic_folder
from denoise.onnx_model import OnnxModel

AGREEMENT = 1e-5  # by which an output of the two may differ


def save_model(model: keras.Model, folder: Path, samples: np.ndarray, tiles: bool = False) -> None:
    """Write both files of ``model``; ``folder`` appears whole or not at all.

    Parameters
    ----------
    model : keras.Model
        A trained network.
    folder : Path
        Replaced when both files are written and agree.
    samples : (n, height, width, 1) float32 array
        The two are compared on.
    tiles : bool
        Whether the model takes tiles, see `denoise.export.onnx_export.export_onnx`.

    Raises
    ------
    ArithmeticError
        when they disagree.
    """
    with atomic_folder(folder) as partial:
        save_reproducible(model, partial / "model.keras")
        export_onnx(model, partial / "model.onnx", tiles)
        # On the CPU, as ONNX Runtime: another device adds in another order.
        with keras.device("cpu:0"):
            saved = keras.saving.load_model(partial / "model.keras")
            expected = saved.predict(samples, verbose=0).reshape(len(samples), -1)
        actual = OnnxModel(partial / "model.onnx")(samples[..., 0]).reshape(len(samples), -1)
        difference = np.abs(actual - expected).max()
        if not difference <= AGREEMENT:
            raise ArithmeticError(f"the ONNX model differs from the Keras model by {difference}")

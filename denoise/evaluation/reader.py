"""The classifier that says how legible denoised images are, where the data has labels."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoise.evaluation.metrics import measure
from denoise.onnx_model import OnnxModel
from denoise.storage.arrays import read_labels


class Reader:
    """Reads test images, and measures them; without labels, legibility is left out.

    Parameters
    ----------
    clean : Path
        What the stage prepare left.
    classifier : Path
        What the stage classifier left.
    """

    def __init__(self, clean: Path, classifier: Path) -> None:
        self.labels = read_labels(clean, "test")
        self._model = None if self.labels is None else OnnxModel(classifier / "model.onnx")

    def __call__(self, images: np.ndarray) -> np.ndarray | None:
        """Return (n, classes) probabilities for (n, height, width) images, None without labels."""
        return None if self._model is None else self._model(images)

    def measure(self, images: np.ndarray, clean: np.ndarray) -> pd.DataFrame:
        """Measure the first test images, see `denoise.evaluation.metrics.measure`.

        Parameters
        ----------
        images : (n, height, width) float array
            What became of the first n test images.
        clean : (n or more, height, width) float array
            The test images, in [0, 1].
        """
        count = len(images)
        labels = None if self.labels is None else self.labels[:count]
        return measure(images, clean[:count], labels, self(images))

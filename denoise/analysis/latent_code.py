"""The autoencoder's 4x4x8 code: how much of it is used, what it tells, and how small it packs."""

import io
from pathlib import Path

import numpy as np
import onnx
from onnx.utils import Extractor
from PIL import Image
from scipy.stats import entropy
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from denoise.onnx_model import open_session, run_in_batches

SHEET = 10  # images along each side of the sheet a JPEG holds, so that its header hardly counts


class Code:
    """Encoder and decoder, cut from an exported autoencoder at the layer named ``code``.

    Parameters
    ----------
    path : Path
        Its ``model.onnx``.
    """

    def __init__(self, path: Path) -> None:
        extractor = Extractor(onnx.shape_inference.infer_shapes(onnx.load(path)))
        encoder = extractor.extract_model(["input"], ["code"])
        decoder = extractor.extract_model(["code"], ["output"])
        self._encoder = open_session(encoder.SerializeToString())
        self._decoder = open_session(decoder.SerializeToString())

    def encode(self, images: np.ndarray) -> np.ndarray:
        """(n, 28, 28) images to (n, 8, 4, 4) codes, which are >= 0."""
        return run_in_batches(self._encoder, images[..., np.newaxis])

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """(n, 8, 4, 4) codes to (n, 28, 28) images in (0, 1)."""
        return run_in_batches(self._decoder, codes)[..., 0]


def has_code(path: Path) -> bool:
    """Whether an exported model has a layer named ``code``."""
    return any("code" in node.output for node in onnx.load(path).graph.node)


def quantise(codes: np.ndarray, reference: np.ndarray, bits: int) -> np.ndarray:
    """Codes rounded to ``2 ** bits`` even steps of each unit's range in ``reference``.

    Returns the numbers of the steps, integers of the shape of ``codes``.
    """
    low, high = reference.min(axis=0), reference.max(axis=0)
    step = np.maximum(high - low, np.finfo(np.float32).tiny) / (2**bits - 1)
    return np.clip(np.rint((codes - low) / step), 0, 2**bits - 1).astype(int)


def restore(steps: np.ndarray, reference: np.ndarray, bits: int) -> np.ndarray:
    """Undo `quantise`, but for the rounding."""
    low, high = reference.min(axis=0), reference.max(axis=0)
    return low + steps * (high - low) / (2**bits - 1)


def entropy_bits(steps: np.ndarray) -> float:
    """Bits an image for an ideal coder that knows how often each unit takes each step."""
    units = steps.reshape(len(steps), -1).T
    return float(sum(entropy(np.unique(unit, return_counts=True)[1], base=2) for unit in units))


def as_jpeg(images: np.ndarray, quality: int) -> tuple[np.ndarray, float]:
    """(n, h, w) images in [0, 1] through JPEG, sheet by sheet, and the bytes an image took.

    ``n`` is a multiple of the images on a sheet.
    """
    size, restored = 0, np.empty_like(images)
    height, width = images.shape[1:]
    for start in range(0, len(images), SHEET**2):
        block = images[start : start + SHEET**2].reshape(SHEET, SHEET, height, width)
        sheet = block.swapaxes(1, 2).reshape(SHEET * height, SHEET * width)
        content = io.BytesIO()
        grey = Image.fromarray(np.rint(255 * sheet).astype(np.uint8))
        grey.save(content, "JPEG", quality=quality, optimize=True)
        size += len(content.getvalue())
        back = np.asarray(Image.open(content), dtype=images.dtype) / 255
        back = back.reshape(SHEET, height, SHEET, width).swapaxes(1, 2)
        restored[start : start + SHEET**2] = back.reshape(-1, height, width)
    return restored, size / len(images)


def linear_probe(features: np.ndarray, labels: np.ndarray) -> LinearDiscriminantAnalysis:
    """Return a linear classifier fitted to (n, ...) features; R. Fisher's discriminant analysis."""
    return LinearDiscriminantAnalysis().fit(features.reshape(len(features), -1), labels)

"""Denoising images of one's own with a trained model: from arrays to arrays, without TensorFlow.

    from denoise.inference.api import denoise_images

    clean = denoise_images(noisy)                   # (n, 28, 28) uint8 or float
    clean = denoise_images(scan, invert=True, fit=True)

`python -m denoise` does the same for files.
"""

from pathlib import Path

import numpy as np

from denoise.datasets.grey_values import as_grey, check_array
from denoise.inference.denoiser import Denoiser, Size
from denoise.inference.framing import fit_digit, frame
from denoise.io.errors import InputError

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "models", ROOT / "studies" / "networks" / "models")  # of the committed models
DEFAULT = "denoiser"


def denoise_images(
    images: np.ndarray, model: str = DEFAULT, *, fit: bool = False, invert: bool = False
) -> np.ndarray:
    """Return what a trained model makes of noisy images.

    Parameters
    ----------
    images : (height, width), (n, height, width) or (n, height, width, 1) array
        bool, uint8 to 255, uint16 to 65535, or float, where 0 is black and 1 white and noise may
        reach beyond.
    model : str
        The name of a committed model, a folder that holds ``model.onnx``, or such a file.
    fit : bool
        Cut out the digit and place it as MNIST does, see `denoise.inference.framing.fit_digit`;
        without it, images of other sizes than the model takes are scaled as a whole.
    invert : bool
        For dark ink on bright paper.

    Returns
    -------
    (height, width) or (n, height, width) float32 array in [0, 1]
        Of the size that the model takes; 28x28 for those that were trained on MNIST.

    Raises
    ------
    InputError
        when the model or the shape or type of ``images`` is none of these.
    """
    images = np.asarray(images)
    check_array(images.shape, images.dtype)
    run = load_model(model)
    stack = images[np.newaxis] if images.ndim == 2 else images
    framed, _ = prepare(as_grey(stack), run.size, fit=fit, invert=invert)
    denoised = run(framed)
    return denoised[0] if images.ndim == 2 else denoised


def prepare(
    images: np.ndarray, size: Size, *, fit: bool, invert: bool
) -> tuple[np.ndarray, list[str]]:
    """(n, height, width) grey values to a size, and what was done to the first, in words."""
    done = ["inverted"] if invert else []
    if invert:
        images = 1 - images
    if images.shape[1:] == size and not fit:
        return images, done
    framed = [fit_digit(image, size) if fit else frame(image, size) for image in images]
    done += [framed[0][1]] if framed else []
    pixels = [image for image, _ in framed]
    return np.stack(pixels) if pixels else np.empty((0, *size), np.float32), done


def load_model(model: str) -> Denoiser:
    """Return the model of that name, folder or file; without it, InputError with the names."""
    committed = committed_models()
    path = committed.get(model, Path(model))
    path = path / "model.onnx" if path.is_dir() else path
    if not path.is_file():
        raise InputError(
            f"there is no model {model!r}: name an .onnx file, a folder that holds a model.onnx,"
            f" or one of {', '.join(committed) or 'those that `dvc repro` makes'}"
        )
    return Denoiser(path)


def committed_models() -> dict[str, Path]:
    """Return the ONNX files of the committed denoisers, by name."""
    paths = (path for folder in FOLDERS for path in sorted(folder.glob("*/model.onnx")))
    return {path.parent.name: path for path in paths if path.parent.name != "classifier"}

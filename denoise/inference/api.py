"""Denoising images of one's own with a trained model: from arrays to arrays, without TensorFlow.

    from denoise.inference.api import denoise_images

    clean = denoise_images(noisy)                   # (n, 28, 28) uint8 or float
    clean = denoise_images(scan, invert=True, fit=True)
    clean, half_widths = denoise_with_uncertainty(noisy)

`python -m denoise` does the same for files.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from denoise.datasets.grey_values import check_array
from denoise.inference.denoiser import Denoiser, Model, Size
from denoise.inference.preparation import as_model_input
from denoise.inference.tiles import denoise_in_tiles
from denoise.io.errors import InputError
from denoise.io.parameters.studies import PICTURES, STUDIES, Studies, read_studies

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
NETWORKS = ROOT / "studies" / "models" / "networks"
ENSEMBLES = ROOT / "studies" / "ensembles"
PICTURE_MODEL = ROOT / "studies" / "models" / PICTURES / "model.onnx"
DEFAULT = "denoiser"
ENSEMBLE = "ensemble"  # of networks like the default


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
        Cut out the digit that stands out most, and no other on its page, and place it as MNIST
        does, see `denoise.inference.framing.fit_digit`; without it, images of other sizes than the
        model takes are scaled as a whole. A model that takes tiles denoises images of any size as
        they are, and has no digit to fit.
    invert : bool
        For dark ink on bright paper.

    Returns
    -------
    (height, width) or (n, height, width) float32 array in [0, 1]
        Of the size that the model takes, 28x28 for those that were trained on MNIST; or of the size
        of ``images`` where the model takes tiles.

    Raises
    ------
    InputError
        when the model or the shape or type of ``images`` is none of these, or nothing can be fit.

    Examples
    --------
    >>> import numpy as np
    >>> from denoise.corruption.corrupt import corrupt
    >>> from denoise.datasets.sklearn_digits import find_digits
    >>> digits = find_digits()["test_images"][:3]
    >>> noisy, _, _ = corrupt(digits, (1.0, 1.0), (0.8, 0.8), np.random.SeedSequence(0))
    >>> denoised = denoise_images(noisy)
    >>> denoised.shape, denoised.dtype
    ((3, 28, 28), dtype('float32'))

    Each image is closer to the clean digit by more than 6 dB:

    >>> from denoise.evaluation.metrics import psnr
    >>> bool((psnr(digits / 255, denoised) > psnr(digits / 255, noisy) + 6).all())
    True
    """
    images = np.asarray(images)
    check_array(images.shape, images.dtype)
    run = load_model(model)
    given = as_model_input(images, run, fit=fit, invert=invert)
    denoised = denoise_pictures(given, run) if run.tiles else run(given)
    return denoised[0] if images.ndim == 2 else denoised


def denoise_with_uncertainty(
    images: np.ndarray, model: str = ENSEMBLE, *, fit: bool = False, invert: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return what an ensemble makes of noisy images, and how far off each pixel may be.

    Of images with noise like that of its training, 90 % of the pixels with ink lie within their
    half-width of the denoised one, and so do 90 % of those without: the model says the share, and
    docs/uncertainty.md what was measured. In stronger noise, or of other things than it was trained
    on, that does not hold.

    Parameters
    ----------
    images, fit, invert
        See `denoise_images`.
    model : str
        The name of an ensemble, a folder that holds its ``model.onnx``, or such a file.

    Returns
    -------
    denoised, half_widths : (height, width) or (n, height, width) float32 arrays in [0, 1]
        Grey values.

    Raises
    ------
    InputError
        As `denoise_images`, and when the model does not say how sure it is.

    Examples
    --------
    >>> from denoise.datasets.sklearn_digits import find_digits
    >>> digits = find_digits()["test_images"][:3]
    >>> denoised, half_widths = denoise_with_uncertainty(digits)
    >>> half_widths.shape
    (3, 28, 28)

    Most pixels are no further off than their half-width:

    >>> within = abs(denoised - digits / 255) <= half_widths
    >>> bool(within.mean() > 0.8)
    True
    """
    images = np.asarray(images)
    check_array(images.shape, images.dtype)
    run = load_model(model)
    check_has_intervals(run, model)
    given = as_model_input(images, run, fit=fit, invert=invert)
    found = pictures_with_half_widths(given, run) if run.tiles else run.with_half_widths(given)
    denoised, half_widths = (part[0] if images.ndim == 2 else part for part in found)
    return denoised, half_widths


def check_has_intervals(model: Model, name: str) -> None:
    """Raise an InputError, with the names of those that do, where a model does not say."""
    if model.intervals is None:
        ensembles = [known for known in committed_models() if known.startswith(ENSEMBLE)]
        raise InputError(
            f"the model {name!r} does not say how sure it is:"
            f" {' and '.join(ensembles) or 'an ensemble, which `make ensembles` makes,'} can"
        )


def denoise_pictures(pictures: np.ndarray, model: Model) -> np.ndarray:
    """(n, height, width) grey values of any size to float32 ones, by a model that takes tiles.

    Examples
    --------
    >>> import numpy as np
    >>> denoise_pictures(np.zeros((1, 100, 130)), load_model("pictures")).shape
    (1, 100, 130)
    """
    return _in_tiles(pictures, model.size, model)


def pictures_with_half_widths(pictures: np.ndarray, model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Denoise pictures as `denoise_pictures` does, and say how far off each pixel may be.

    Where tiles overlap, denoised values and half-widths are averaged alike: a mean of errors is at
    most the mean of their bounds.
    """
    half_widths = _in_tiles(pictures, model.size, lambda tiles: model.with_half_widths(tiles)[1])
    return denoise_pictures(pictures, model), half_widths


def _in_tiles(
    pictures: np.ndarray, size: Size, run: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    if pictures.shape[1:] == size:
        return run(pictures)
    tiled = [denoise_in_tiles(picture, run, size) for picture in pictures]
    return np.stack(tiled) if tiled else pictures.astype(np.float32)


def load_model(model: str) -> Denoiser:
    """Return the model of that name, folder or file.

    Parameters
    ----------
    model : str
        One of the names of `committed_models`, a folder that holds ``model.onnx``, or such a file.

    Raises
    ------
    InputError
        when there is no such model, or it is no denoiser of grey images.

    Examples
    --------
    >>> import numpy as np
    >>> model = load_model("unet")
    >>> model.size
    (28, 28)
    >>> model(np.zeros((5, 28, 28))).shape
    (5, 28, 28)
    """
    committed = committed_models()
    path = committed.get(model, Path(model))
    try:
        path = path / "model.onnx" if path.is_dir() else path
        if model and path.is_file():  # an empty path would be the current folder
            return Denoiser(path)
    except OSError as error:  # its name is too long, or nobody may read it
        raise InputError(f"the model {model!r} cannot be read: {error.strerror}") from None
    raise InputError(
        f"there is no model {model!r}: name an .onnx file, a folder that holds a model.onnx,"
        f" or one of {', '.join(committed) or 'those that `dvc repro` makes'}"
    )


def committed_models() -> dict[str, Path]:
    """Return the ONNX files of the committed denoisers, by name.

    Of the studies' networks each is the training with its first seed, which all tables show. The
    one of pictures takes tiles.

    Examples
    --------
    >>> models = committed_models()
    >>> [name for name in models if name in ("denoiser", "unet", "ensemble", "pictures")]
    ['denoiser', 'unet', 'ensemble', 'pictures']
    """
    networks, ensembles = {}, {}
    try:
        studies = read_studies(ROOT / STUDIES)
    except InputError:  # it is said by whatever needs the parameters
        pass
    else:
        ensembles = ensemble_names(studies)
        networks = studies.of("networks")
        networks.pop(studies.pipeline.model.architecture, None)
    paths = {DEFAULT: MODELS / DEFAULT / "model.onnx"}
    paths |= {
        name: NETWORKS / name / str(training.seeds[0]) / "model.onnx"
        for name, training in sorted(networks.items())
    }
    paths |= {name: ENSEMBLES / key / "model.onnx" for name, key in ensembles.items()}
    paths[PICTURES] = PICTURE_MODEL
    return {name: path for name, path in paths.items() if path.exists()}


def ensemble_names(studies: Studies) -> dict[str, str]:
    """Return what the ensembles are called here, and in studies/params.yaml."""
    own = studies.pipeline.model.architecture
    return {ENSEMBLE if key == own else f"{ENSEMBLE}-{key}": key for key in studies.ensembles}

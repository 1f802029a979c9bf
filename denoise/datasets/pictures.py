"""Picture files as grey values, and back."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})
MOST_PIXELS = 50_000_000  # a file that claims more is refused before it fills the memory
TOO_LARGE = f"it has too many pixels: at most {MOST_PIXELS:,} are read"


def read_picture(path: Path, paper: float) -> tuple[np.ndarray, str]:
    """Read the grey values of a PNG, JPEG, TIFF or BMP file.

    Parameters
    ----------
    path : Path
        The file.
    paper : float
        The grey value in [0, 1] that shows where a picture is transparent.

    Returns
    -------
    grey : (height, width) float32 array
        In [0, 1].
    kind : str
        What the file holds, in words.

    Raises
    ------
    InputError
        when it is empty, damaged, too large or no picture.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise InputError(TOO_LARGE)
                return _grey(picture, paper), _describe(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(TOO_LARGE) from None
    except UnidentifiedImageError:
        raise InputError("it is no picture, or a damaged one") from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if isinstance(error, InputError) or (isinstance(error, OSError) and error.errno):
            raise
        raise InputError(f"it is damaged: {error}") from None


def write_picture(grey: np.ndarray, path: Path) -> None:
    """Write (height, width) grey values in [0, 1], rounded to 8 bits, in the format of the name."""
    with atomic_file(path) as partial:
        Image.fromarray(np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)).save(partial)


def _grey(picture: Image.Image, paper: float) -> np.ndarray:
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return np.asarray(picture, dtype=np.float32) / np.float32(65535)
    if picture.mode == "F":
        values = np.asarray(picture, dtype=np.float32)
        if not np.isfinite(values).all() or values.min() < 0 or values.max() > 1:
            raise ValueError("its floating-point values do not lie in [0, 1]")
        return values
    if picture.has_transparency_data:
        colours = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (round(255 * paper),) * 3 + (255,))
        picture = Image.alpha_composite(ground, colours)
    return np.asarray(picture.convert("L"), dtype=np.float32) / np.float32(255)


def _describe(picture: Image.Image) -> str:
    kind = {"1": "black and white", "L": "grey", "P": "palette", "F": "floating-point grey"}
    deep = picture.mode.startswith("I")
    name = "16-bit grey" if deep else kind.get(picture.mode, picture.mode)
    return f"{picture.width}x{picture.height} {name}"

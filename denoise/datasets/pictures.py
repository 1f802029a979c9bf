"""The one reader of picture files, for data sets, the command line and the demo; and a writer.

A format is known by a file's content, whatever its name, and only those of ``FORMATS`` are opened.
What a file says of orientation, pages, depth and transparency is followed or refused.
"""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.ExifTags import Base as Tag

from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"})
FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
MOST_PIXELS = 50_000_000  # a file that claims more is refused before it fills the memory
KINDS = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey with transparency",
    "La": "grey with transparency",
    "P": "palette",
    "PA": "palette with transparency",
    "RGB": "RGB",
    "RGBX": "RGB",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
    "CMYK": "CMYK",
    "I;16": "16-bit grey",
    "I;16L": "16-bit grey",
    "I;16B": "16-bit grey",
    "F": "floating-point grey",
}
# Factors from 2 and 4 bits to 8, by Pillow's names for how grey values are packed in a PNG.
TO_EIGHT_BITS = {"L;2": 85, "L;4": 17}
UNSIGNED, FLOAT = 1, 3  # TIFF's SampleFormat
WHITE_IS_ZERO = 0  # TIFF's PhotometricInterpretation
PLANES = 2  # TIFF's PlanarConfiguration: a picture of each colour, one after another
REDUCED_OR_MASK = 0b101  # bits of TIFF's NewSubfileType: no page, but a preview or mask of one

# Pillow warns of odd files and of sizes; here they are taken or refused, by a lower limit of sizes.
# `warnings.catch_warnings` would not do, as the demo reads in several threads.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True)
class Picture:
    """One picture of a file.

    ``grey`` holds its grey values, (height, width) float32 in [0, 1], and ``description`` says in
    words what the file holds, as "28x28 grey".
    """

    grey: np.ndarray
    description: str


def read_pictures(
    source: Path | BinaryIO, paper: float, most_pixels: int = MOST_PIXELS
) -> list[Picture]:
    """Read all pages of a PNG, JPEG, TIFF or BMP file, turned as its EXIF data say.

    A page is one of a TIFF, or one frame of an animated PNG. A TIFF's previews and masks are left
    out, and so is what a JPEG holds behind its photograph: a preview, a depth map, the other eye's
    view.

    Parameters
    ----------
    source : Path or BinaryIO
        The file, or a stream of its bytes that can seek.
    paper : float
        The grey value in [0, 1] that shows where a picture is transparent.
    most_pixels : int
        Of all pages together; a file with more is refused before it is decoded.

    Returns
    -------
    list of Picture
        One at least.

    Raises
    ------
    InputError
        When it is empty, damaged, too large, no such picture, or of a kind whose black and white
        nobody knows: signed or 32-bit integers, floats beyond [0, 1].
    OSError
        When the system does not open the file.
    """
    if isinstance(source, Path):
        # A path Pillow would map into memory, where it loses the orientation of an unpacked TIFF.
        with source.open("rb") as stream:
            return read_pictures(stream, paper, most_pixels)
    try:
        with Image.open(source, formats=FORMATS) as opened:
            return [_read(page, paper) for page in _pages(opened, most_pixels)]
    except UnidentifiedImageError:
        raise InputError(
            f"it is no {', '.join(FORMATS[:-1])} or {FORMATS[-1]} picture of a kind that is read,"
            " or a damaged one: save it as an 8-bit PNG"
        ) from None
    except Image.DecompressionBombError:
        raise InputError(_too_large(most_pixels)) from None
    except InputError:
        raise
    except Exception as error:  # what Pillow meets in damaged files ends in exceptions of any kind
        raise InputError(f"it is damaged: {str(error) or type(error).__name__}") from None


def read_picture(source: Path | BinaryIO, paper: float, most_pixels: int = MOST_PIXELS) -> Picture:
    """Read a file that holds one picture, as `read_pictures` does.

    Raises
    ------
    InputError
        Also when it holds several.
    """
    pictures = read_pictures(source, paper, most_pixels)
    if len(pictures) > 1:
        raise InputError(
            f"it holds {len(pictures)} pictures, and one is taken: save each in a file of its own"
        )
    return pictures[0]


def write_picture(grey: np.ndarray, path: Path) -> None:
    """Write (height, width) grey values in [0, 1], rounded to 8 bits, in the format of the name."""
    write_pictures({path: grey})


def write_pictures(greys: Mapping[Path, np.ndarray]) -> None:
    """Write several pictures as `write_picture` does: all of them, or none."""
    with ExitStack() as stack:
        for path, grey in greys.items():
            partial = stack.enter_context(atomic_file(path))
            Image.fromarray(np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)).save(partial)


def _pages(opened: Image.Image, most_pixels: int) -> Iterator[Image.Image]:
    """Yield an open file at each of its pages in turn, before it is decoded."""
    frames = getattr(opened, "n_frames", 1) if opened.format in ("TIFF", "PNG") else 1
    pixels = 0
    for number in range(frames):
        opened.seek(number)
        if frames > 1 and _tags(opened).get(Tag.NewSubfileType, 0) & REDUCED_OR_MASK:
            continue
        pixels += opened.width * opened.height
        if pixels > most_pixels:
            raise InputError(_too_large(most_pixels))
        yield opened
    if not pixels:
        raise InputError("it holds previews and masks alone")


def _read(page: Image.Image, paper: float) -> Picture:
    if unknown := _unknown_range(page):
        raise InputError(
            f"it holds {unknown}, whose black and white are not known here: save it as an 8-bit or"
            " 16-bit grey PNG"
        )
    kind, tags = KINDS[page.mode], _tags(page)
    _scale_transparency(page)  # before anything decodes the page, as reading its EXIF data may
    is_turned = page.getexif().get(Tag.Orientation) in range(2, 9)
    upright = ImageOps.exif_transpose(page)
    description = f"{upright.width}x{upright.height} {kind}"
    description += ", turned upright" if is_turned else ""
    description += f", the first of {page.n_frames}" if page.format == "MPO" else ""
    if kind == KINDS["I;16"]:
        grey = _of_sixteen_bits(page, upright, paper)
    elif kind == KINDS["F"]:
        grey = _of_floats(upright)
    else:
        return Picture(_of_eight_bits(upright, paper), description)
    if page.format == "TIFF" and tags.get(Tag.PhotometricInterpretation, 0) == WHITE_IS_ZERO:
        grey = 1 - grey  # which Pillow does with 8 bits alone
    return Picture(grey, description)


def _unknown_range(page: Image.Image) -> str:
    """Name what a page holds, if that is of no known range."""
    if page.mode == "I":
        return "signed or 32-bit integers"
    if page.mode not in KINDS:
        return f"{page.mode} colours"
    tags = _tags(page)
    if not set(tags.get(Tag.SampleFormat, (UNSIGNED,))) <= {UNSIGNED, FLOAT}:
        return "signed integers"
    if tags.get(Tag.PlanarConfiguration) == PLANES and max(tags.get(Tag.BitsPerSample, (1,))) > 8:
        return "16-bit colours in planes"  # which Pillow takes for 8-bit ones
    if page.mode == "F" and page.info["compression"] != "raw" and page.tag_v2.prefix == b"MM":
        return "compressed big-endian floating-point values"  # which Pillow swaps the bytes of
    return ""


def _tags(page: Image.Image) -> Mapping:
    return page.tag_v2 if page.format == "TIFF" else {}


def _scale_transparency(page: Image.Image) -> None:
    """Bring the transparent grey value or colour of a PNG to the bits of its pixels as read."""
    value, bits = page.info.get("transparency"), page.tile[0].args if page.tile else None
    if isinstance(value, int) and bits in TO_EIGHT_BITS:
        page.info["transparency"] = value * TO_EIGHT_BITS[bits]
    if isinstance(value, tuple) and bits == "RGB;16B":
        page.info["transparency"] = tuple(part >> 8 for part in value)


def _of_sixteen_bits(page: Image.Image, upright: Image.Image, paper: float) -> np.ndarray:
    white = 2 ** _tags(page).get(Tag.BitsPerSample, (16,))[0] - 1  # 12 bits are of this mode too
    grey = np.asarray(upright, dtype=np.float32) / np.float32(white)
    if "transparency" in page.info:
        grey[np.asarray(upright) == page.info["transparency"]] = paper
    return grey


def _of_floats(picture: Image.Image) -> np.ndarray:
    grey = np.asarray(picture, dtype=np.float32)
    if not np.isfinite(grey).all():
        raise InputError("it holds NaN or infinity")
    if not 0 <= grey.min() <= grey.max() <= 1:
        raise InputError(
            f"its floating-point values reach from {grey.min():g} to {grey.max():g}, and not from 0"
            " to 1: divide them by what is white; noise that reaches beyond needs an .npy array"
        )
    return grey


def _of_eight_bits(picture: Image.Image, paper: float) -> np.ndarray:
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, (round(255 * paper),) * 3 + (255,))
        picture = Image.alpha_composite(ground, picture.convert("RGBA"))
    return np.asarray(picture.convert("L"), dtype=np.float32) / np.float32(255)


def _too_large(most_pixels: int) -> str:
    return f"it has too many pixels: at most {most_pixels:,} are read"

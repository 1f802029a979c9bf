"""Pictures and arrays as hypothesis makes them up, each with what an independent reader finds.

A file is `Known` where it must be read, right; `Known` and ``may_refuse`` where it must be read
right or refused; and `Refused` where nobody knows what its values mean. `Anything` is damaged.
"""

import io
import math
import struct
from dataclasses import dataclass

import numpy as np
import tifffile
from hypothesis import strategies as st
from PIL import Image

from tests.denoise.exif import turned
from tests.denoise.png_bytes import chunk, png

LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
ORIENTATION = 0x112  # EXIF's tag
KNOWN_RANGE = ("?", "u1", "u2", "f4")
NUMBERS = (*KNOWN_RANGE, "i1", "i2", "u4", "i4", "f2", "f8")


@dataclass(frozen=True)
class Known:
    """A file that shows these pages, (height, width) in [0, 1], within a tolerance."""

    suffix: str
    content: bytes
    pages: tuple[np.ndarray, ...]
    tolerance: float = 1.1 / 255
    may_refuse: bool = False


@dataclass(frozen=True)
class KnownArrays:
    """A file of arrays, by name: those of images become others, and the rest stays as it is."""

    suffix: str
    content: bytes
    images: dict[str, np.ndarray]
    others: dict[str, np.ndarray]


@dataclass(frozen=True)
class Refused:
    """A file that must be refused."""

    suffix: str
    content: bytes


@dataclass(frozen=True)
class Anything:
    """A file that may be taken or refused, but by a sentence."""

    suffix: str
    content: bytes


def values(draw, shape, dtype):
    """Random values that fill the range of a type, [0, 1] for floats, or are its ends alone."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if dtype == "?" or np.dtype(dtype).kind == "f":
        shares = np.asarray(random.random(shape))
        ends = dtype == "?" or draw(st.booleans())
        return (np.rint(shares) if ends else shares).astype(dtype)
    limits = np.iinfo(dtype)
    return random.integers(limits.min, limits.max, shape, dtype, endpoint=True)


@st.composite
def tiffs(draw, size):
    """TIFF as tifffile writes it: types, colours, pages, orientations, orders of bytes, layouts."""
    dtype = draw(st.sampled_from(KNOWN_RANGE) | st.sampled_from(NUMBERS))
    pages = draw(st.sampled_from([1, 1, 1, 2, 3]))
    samples = draw(st.sampled_from([1, 1, 3, 4])) if dtype in ("u1", "u2") else 1
    planes = draw(st.sampled_from(["contig", "separate"])) if samples > 1 else None
    white = "minisblack" if samples == 1 else "rgb"
    if samples == 1 and draw(st.booleans()):
        white = "miniswhite"
    orientation = draw(st.integers(1, 8))
    layouts = [{}] if dtype == "?" else [{}, {"tile": (16, 16)}, {"compression": "zlib"}]
    shape = size if samples == 1 else (*size, samples)
    shape = (samples, *size) if planes == "separate" else shape
    content = io.BytesIO()
    order, layout = draw(st.sampled_from("<>")), draw(st.sampled_from(layouts))
    with tifffile.TiffWriter(content, byteorder=order) as writer:
        for _ in range(pages):
            writer.write(
                values(draw, shape, dtype),
                photometric=white,
                planarconfig=planes,
                extrasamples=["unassalpha"] if samples == 4 else None,
                extratags=[(ORIENTATION, 3, 1, orientation, True)],
                metadata=None,
                **layout,
            )
    if dtype not in KNOWN_RANGE:
        return Refused(".tif", content.getvalue())
    shown = []
    with tifffile.TiffFile(io.BytesIO(content.getvalue())) as file:
        for page in file.pages:
            stored = page.asarray()
            stored = np.moveaxis(stored, 0, -1) if planes == "separate" else stored
            stored = stored / (1 if dtype in ("?", "f4") else np.iinfo(dtype).max)
            grey = stored if samples == 1 else stored[..., :3] @ LUMA
            grey = grey * stored[..., 3] if samples == 4 else grey
            shown.append(turned(1 - grey if white == "miniswhite" else grey, orientation))
    suffix = draw(st.sampled_from([".tif", ".TIFF", ".png"]))
    tolerance = 2.1 / 255 if samples > 1 else 1.1 / 255
    return Known(suffix, content.getvalue(), tuple(shown), tolerance, may_refuse=True)


@st.composite
def pngs(draw, size):
    """PNG of every depth and kind, with transparency, and EXIF data before or after the pixels."""
    colour, samples = draw(st.sampled_from([(0, 1), (2, 3), (3, 1), (4, 2), (6, 4)]))
    depth = draw(st.sampled_from({0: (1, 2, 4, 8, 16), 3: (1, 2, 4, 8)}.get(colour, (8, 16))))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stored = random.integers(0, 2**depth, (*size, samples))
    parts, chunks = stored / (2**depth - 1), []
    if colour == 3:
        palette = random.integers(0, 256, (2**depth, 3), np.uint8)
        chunks.append(chunk(b"PLTE", palette.tobytes()))
        parts = palette[stored[..., 0]] / 255
    grey = parts[..., :3] @ LUMA if parts.shape[-1] > 2 else parts[..., 0]
    opaque = parts[..., -1] if colour in (4, 6) else np.ones(size)
    if draw(st.booleans()) and colour == 3:
        alpha = random.integers(0, 256, 2**depth, np.uint8)
        chunks.append(chunk(b"tRNS", alpha.tobytes()))
        opaque = (alpha / 255)[stored[..., 0]]
    elif draw(st.booleans()) and colour == 0:
        chosen = int(stored[0, 0, 0])
        chunks.append(chunk(b"tRNS", struct.pack(">H", chosen)))
        opaque = (stored[..., 0] != chosen).astype(float)
    orientation = draw(st.integers(1, 8))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    chunks.append(chunk(b"eXIf", exif.tobytes()[6:]))
    shown = turned(grey * opaque, orientation)
    return Known(".png", png(stored, depth, colour, *chunks), (shown,), 2.6 / 255)


@st.composite
def jpegs_and_bitmaps(draw, size):
    """JPEG and BMP as Pillow writes them, of flat blocks, which JPEG keeps."""
    mode = draw(st.sampled_from(["L", "RGB", "CMYK", "1", "P"]))
    kind = draw(st.sampled_from(["JPEG", "BMP"] if mode in ("L", "RGB") else ["BMP"]))
    kind = "JPEG" if mode == "CMYK" else kind
    blocks = [math.ceil(side / 8) for side in size]
    grey = np.kron(values(draw, blocks, "u1"), np.ones((8, 8), np.uint8))[: size[0], : size[1]]
    grey = np.where(grey > 127, 255, 0).astype(np.uint8) if mode == "1" else grey
    orientation = draw(st.integers(1, 8)) if kind == "JPEG" else 1
    options = {}
    if kind == "JPEG":
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options = {"quality": 100, "subsampling": 0, "exif": exif}
    content = io.BytesIO()
    Image.fromarray(grey).convert(mode).save(content, kind, **options)
    suffix = draw(st.sampled_from([".jpg", ".JPEG", ".bmp", ".png"]))
    return Known(suffix, content.getvalue(), (turned(grey / 255, orientation),), 6 / 255)


@st.composite
def arrays(draw, size):
    """An .npy file of types, orders of bytes and axes, and shapes of images and of other things."""
    others = [*NUMBERS, "g", "i8", "c8", "M8[s]", "S3", "V4"]
    dtype = draw(st.sampled_from(KNOWN_RANGE) | st.sampled_from(others))
    order = draw(st.sampled_from("<>"))
    of_images = [size, (3, *size), (3, *size, 1)]
    others = [(), (9,), (5, size[0] * size[1]), (*size, 1), (*size, 4), (0, *size), (3, 0, 28)]
    others += [(3, *size, 3), (3, 1, *size), (2, 3, 1, 1, 1)]
    shape = draw(st.sampled_from(of_images) | st.sampled_from(others))
    plain = dtype if dtype in NUMBERS else "f8"
    content = io.BytesIO()
    stored = values(draw, shape, plain).astype(np.dtype(dtype).newbyteorder(order))
    columns = draw(st.sampled_from([False, False, False, True]))
    np.save(content, np.asfortranarray(stored) if columns else stored)
    is_images = shape in of_images and not columns
    known = dtype in KNOWN_RANGE or np.dtype(dtype).kind == "f"
    if not (is_images and known):
        return Refused(".npy", content.getvalue())
    return KnownArrays(".npy", content.getvalue(), {"": stored}, {})


@st.composite
def archives(draw, size):
    """An .npz file of images and labels of several kinds."""
    images = values(draw, (6, *size), draw(st.sampled_from(KNOWN_RANGE)))
    images = images.astype(images.dtype.newbyteorder(draw(st.sampled_from("<>"))))
    kinds = {
        "numbers": np.arange(6),
        "column": np.arange(6, dtype=">i4")[:, np.newaxis],
        "one_hot": np.eye(10, dtype=np.float32)[:6],
        "names": np.array(list("abcdef")),
        "note": np.array("made up"),
        "descriptors": np.zeros((6, 9), complex),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(kinds)), unique=True))
    others = {name: kinds[name] for name in chosen}
    content = io.BytesIO()
    save = draw(st.sampled_from([np.savez, np.savez_compressed]))
    save(content, images=images, **others)
    return KnownArrays(".npz", content.getvalue(), {"images": images}, others)


@st.composite
def damaged(draw, size):
    """One of the above with bytes changed, cut off, or under another name; or mere bytes."""
    whole = draw(st.one_of(tiffs(size), pngs(size), jpegs_and_bitmaps(size), arrays(size)))
    content = bytearray(whole.content)
    for _ in range(draw(st.integers(0, 4))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    content = content[: draw(st.integers(0, len(content)))]
    if draw(st.booleans()):
        content = whole.content[:8] + draw(st.binary(max_size=64))
    suffix = draw(st.sampled_from([whole.suffix, ".png", ".npy", ".npz", ".tiff"]))
    return Anything(suffix, bytes(content))

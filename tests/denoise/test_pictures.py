"""Pictures of every kind have the grey values that their makers meant, or a sentence says why not.

What is right is known from how a file was made, or from tifffile, which shares no code with Pillow.
"""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from denoise.datasets.pictures import read_picture, read_pictures, write_pictures
from denoise.io.errors import InputError
from tests.denoise import tiff_bytes
from tests.denoise.exif import turned
from tests.denoise.png_bytes import chunk, header, png

RANDOM = np.random.default_rng(0)
LUMA = np.array([0.299, 0.587, 0.114])  # ITU-R BT.601
ROUNDED = 1.5 / 255  # what 8 bits lose in colours and transparency


def read(content, paper=0.0):
    return read_picture(io.BytesIO(content), paper)


def refusal(content):
    with pytest.raises(InputError) as caught:
        read_pictures(io.BytesIO(content), 0.0)
    return str(caught.value)


def tiff(values, **options):
    content = io.BytesIO()
    tifffile.imwrite(content, values, **options)
    return content.getvalue()


def saved(picture, kind, **options):
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff", "packed tiff", "tiff of 16 bits"])
def test_a_picture_is_turned_as_its_exif_data_say(kind, orientation, tmp_path):
    stored = np.kron(RANDOM.integers(0, 256, (3, 5), np.uint8), np.ones((8, 8), np.uint8))
    exif = Image.Exif()
    exif[0x112] = orientation
    path = tmp_path / "picture"
    if kind == "tiff of 16 bits":
        tag = (0x112, 3, 1, orientation, True)
        path.write_bytes(tiff(stored.astype(np.uint16) * 257, extratags=[tag], byteorder=">"))
    else:
        options = {"jpeg": {"quality": 100}, "packed tiff": {"compression": "tiff_lzw"}}
        picture = Image.fromarray(stored)
        picture.save(path, kind.split()[-1], exif=exif, **options.get(kind, {}))
    expected = turned(stored, orientation) / 255
    for source in (path, io.BytesIO(path.read_bytes())):
        picture = read_picture(source, 0.0)
        np.testing.assert_allclose(picture.grey, expected, atol=0.01)
        height, width = expected.shape
        assert picture.description.startswith(f"{width}x{height} ")
        assert ("turned upright" in picture.description) is (orientation != 1)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("layout", [{}, {"tile": (16, 16)}, {"compression": "zlib"}])
@pytest.mark.parametrize("white", ["minisblack", "miniswhite"])
@pytest.mark.parametrize("dtype", ["?", "u1", "u2", "f4", "i1", "i2", "u4", "i4", "f2", "f8"])
def test_grey_tiff_is_read_as_tifffile_reads_it_or_refused(dtype, white, layout, order):
    values = RANDOM.random((20, 30))
    top = np.iinfo(dtype).max if dtype[0] in "ui" else 1
    values = values > 0.5 if dtype == "?" else (values * top).astype(dtype)
    layout = {} if dtype == "?" else layout  # tifffile packs bits in one strip alone
    content = tiff(values, photometric=white, byteorder=order, **layout)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        stored = file.asarray().astype(np.float64) / top
    if dtype in {"?", "u1", "u2", "f4"}:
        try:
            grey = read(content).grey
        except InputError as error:  # two that Pillow does not know, or reads wrongly
            assert order == ">"
            assert (dtype, white) == ("u2", "miniswhite") or "big-endian floating" in str(error)
        else:
            expected = 1 - stored if white == "miniswhite" else stored
            np.testing.assert_allclose(grey, expected, atol=1e-6)
    else:
        assert refusal(content).endswith(("16-bit grey PNG", "as an 8-bit PNG"))


def test_tiff_of_twelve_bits_or_without_a_tag_is_read_as_the_standard_says():
    values = RANDOM.integers(0, 2**12, (6, 8))
    bits = "".join(f"{value:012b}" for value in values.flat)
    packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
    found = read(tiff_bytes.tiff(8, 6, packed, BitsPerSample=12, PhotometricInterpretation=1)).grey
    np.testing.assert_allclose(found, values / 4095, atol=1e-6)
    for dtype in ("<u1", "<u2"):
        bits = 8 * np.dtype(dtype).itemsize
        content = values.astype(dtype).tobytes()
        found = read(
            tiff_bytes.tiff(8, 6, content, BitsPerSample=bits)
        ).grey  # 0 is white, by default
        np.testing.assert_allclose(found, 1 - values.astype(dtype) / (2**bits - 1), atol=1e-6)


def test_of_floating_point_values_white_is_one():
    values = np.linspace(-0.25, 200, 81, dtype=np.float32).reshape(9, 9)
    said = refusal(tiff(values))
    assert "reach from -0.25 to 200, and not from 0 to 1: divide them by what is white" in said
    assert "an .npy array" in said  # which may hold the noise
    values[4, 4] = np.nan
    assert "it holds NaN or infinity" in refusal(tiff(values))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize("samples", [2, 3, 4])
def test_colour_and_transparency_in_tiff_become_grey_or_are_refused(samples, planes, dtype, order):
    shape = (6, 8, samples) if planes == "contig" else (samples, 6, 8)
    values = RANDOM.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    parts = np.moveaxis(values, 0, -1) if planes == "separate" else values
    parts = parts / np.iinfo(dtype).max
    content = tiff(
        values,
        photometric="rgb" if samples > 2 else "minisblack",
        planarconfig=planes,
        extrasamples=None if samples == 3 else ["unassalpha"],
        byteorder=order,
    )
    opaque = parts[..., 3:] if samples == 4 else parts[..., 1:] if samples == 2 else 1.0
    grey = (parts[..., :3] @ LUMA if samples > 2 else parts[..., 0])[..., np.newaxis]
    try:
        found = read(content, paper=1.0).grey
    except InputError:
        assert (planes, samples) != ("contig", 3) and (planes, dtype) != ("contig", np.uint8)
    else:
        expected = (grey * opaque + (1 - opaque))[..., 0]
        np.testing.assert_allclose(found, expected, atol=ROUNDED)


@pytest.mark.parametrize("colours", ["cielab", "ycbcr"])
def test_other_colours_are_refused(colours):
    values = RANDOM.integers(0, 256, (6, 8, 3), np.uint8)
    assert "colours, whose black and white" in refusal(tiff(values, photometric=colours))


def test_cmyk_is_read_in_tiff_and_jpeg():
    ink = np.zeros((16, 16, 4), np.uint8)
    ink[:8, :, 3] = 255
    for kind in ("TIFF", "JPEG"):
        grey = read(saved(Image.fromarray(ink, "CMYK"), kind)).grey
        np.testing.assert_allclose(grey, np.where(np.arange(16) < 8, 0, 1)[:, None] + 0 * grey)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey_png_of_any_depth_shows_the_paper_where_it_is_transparent(depth):
    most = 2**depth - 1
    values = RANDOM.integers(0, most, (6, 9), endpoint=True)
    np.testing.assert_allclose(read(png(values, depth, 0)).grey, values / most, atol=1e-6)
    chosen = int(values[2, 3])
    content = png(values, depth, 0, chunk(b"tRNS", struct.pack(">H", chosen)))
    for paper in (0.0, 1.0):
        expected = np.where(values == chosen, paper, values / most)
        np.testing.assert_allclose(read(content, paper).grey, expected, atol=1e-6)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("colour", "samples"), [(2, 3), (4, 2), (6, 4)])
def test_colour_png_becomes_grey_on_paper(colour, samples, depth):
    values = RANDOM.integers(0, 2**depth, (6, 9, samples))
    parts = values / (2**depth - 1)
    grey = parts[..., :3] @ LUMA if samples > 2 else parts[..., 0]
    opaque = 1 if samples == 3 else parts[..., -1]
    for paper in (0.0, 1.0):
        expected = grey * opaque + paper * (1 - opaque)
        found = read(png(values, depth, colour), paper).grey
        np.testing.assert_allclose(found, expected, atol=ROUNDED)
    if samples == 3:
        seen_through = chunk(b"tRNS", struct.pack(">HHH", *values[2, 3].tolist()))
        assert read(png(values, depth, colour, seen_through), 1.0).grey[2, 3] == 1


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_palette_is_looked_up(depth):
    values = RANDOM.integers(0, 2**depth, (6, 9))
    palette = RANDOM.integers(0, 256, (2**depth, 3), np.uint8)
    opaque = RANDOM.integers(0, 256, 2**depth, np.uint8)
    chunks = chunk(b"PLTE", palette.tobytes()), chunk(b"tRNS", opaque.tobytes())
    grey, alpha = (palette / 255 @ LUMA)[values], (opaque / 255)[values]
    found = read(png(values, depth, 3, *chunks), 1.0).grey
    np.testing.assert_allclose(found, grey * alpha + 1 - alpha, atol=ROUNDED)


def test_every_page_of_a_tiff_is_read_but_no_preview():
    pages = RANDOM.integers(0, 2**16, (3, 9, 7), np.uint16)
    content = io.BytesIO()
    with tifffile.TiffWriter(content) as writer:
        writer.write(pages[0], photometric="minisblack", metadata=None)
        writer.write(pages[0, :3, :3], photometric="minisblack", subfiletype=1, metadata=None)
        for page in pages[1:]:
            writer.write(page, photometric="miniswhite", metadata=None)
    found = [picture.grey for picture in read_pictures(content, 0.0)]
    assert len(found) == 3
    np.testing.assert_allclose(found[0], pages[0] / 65535, atol=1e-6)
    np.testing.assert_allclose(found[1:], 1 - pages[1:] / 65535, atol=1e-6)
    with pytest.raises(InputError, match="holds 3 pictures, and one is taken"):
        read_picture(content, 0.0)


def test_every_frame_of_an_animated_png_is_read():
    frames = RANDOM.integers(0, 256, (3, 9, 7), np.uint8)
    first, *others = (Image.fromarray(frame) for frame in frames)
    content = saved(first, "PNG", save_all=True, append_images=others)
    found = [picture.grey for picture in read_pictures(io.BytesIO(content), 0.0)]
    np.testing.assert_allclose(found, frames / 255, atol=1e-6)


def test_of_a_jpeg_with_others_behind_it_the_first_is_taken_and_that_is_told():
    pictures = [Image.fromarray(np.full((16, 16), grey, np.uint8)) for grey in (50, 100, 200)]
    content = saved(pictures[0], "MPO", save_all=True, append_images=pictures[1:])
    (found,) = read_pictures(io.BytesIO(content), 0.0)
    np.testing.assert_allclose(found.grey, 50 / 255, atol=0.01)
    assert found.description == "16x16 grey, the first of 3"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "EPS", "PDF", "ICO", "JPEG2000", "PPM", "TGA"])
def test_other_formats_are_not_opened(kind):
    content = saved(Image.fromarray(np.zeros((16, 16, 3), np.uint8)), kind)
    assert "it is no PNG, JPEG, TIFF or BMP picture" in refusal(content)


def test_what_would_fill_the_memory_is_refused():
    bomb = header(60000, 60000, 8, 0) + chunk(b"IDAT", zlib.compress(bytes(999)))
    assert refusal(bomb) == "it has too many pixels: at most 50,000,000 are read"
    assert refusal(header(8000, 8000, 8, 0) + chunk(b"IDAT", b"")).startswith("it has too many")
    page = Image.fromarray(np.zeros((100, 100), np.uint8))
    pages = saved(page, "TIFF", save_all=True, append_images=[page] * 9)
    with pytest.raises(InputError, match="at most 90,000 are read"):
        read_pictures(io.BytesIO(pages), 0.0, most_pixels=90_000)
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000)))
    values = np.zeros((16, 16), int)
    assert "MAX_TEXT_CHUNK" in refusal(png(values, 8, 0, text))
    many = [chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1_000_000)))] * 70
    assert "Too much memory" in refusal(png(values, 8, 0, *many))


def test_several_pictures_are_written_all_or_none(tmp_path):
    grey = np.zeros((4, 4), np.float32)
    (tmp_path / "b.png").mkdir()
    with pytest.raises(IsADirectoryError):
        write_pictures({tmp_path / "a.png": grey, tmp_path / "b.png": grey})
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]

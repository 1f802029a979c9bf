"""`python -m denoise` takes a picture for what it is, and writes one for each of its pages."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from denoise.inference.api import denoise_images

SIX = np.zeros((28, 28), np.uint8)  # a loop below, a stroke above: upside down it is a nine
SIX[4:24, 9:12] = SIX[14:17, 9:19] = SIX[21:24, 9:19] = SIX[14:24, 16:19] = 255
RANDOM = np.random.default_rng(0)


def denoised(grey):
    """What the command is to write of grey values."""
    return np.rint(denoise_images(np.asarray(grey, np.float32)) * 255)


def pixels(path):
    return np.asarray(Image.open(path)).astype(int)


@pytest.mark.parametrize("name", ["six.png", "six.jpg", "six.tif"])
def test_a_digit_that_a_camera_stored_upside_down_is_read_upright(denoise, name):
    exif = Image.Exif()
    exif[0x112] = 3
    options = {"quality": 100} if name == "six.jpg" else {}
    Image.fromarray(SIX[::-1, ::-1]).save(name, exif=exif, **options)
    code, out, _ = denoise(name, "-o", "out")
    assert code == 0
    assert "28x28 grey, turned upright, read as 6" in out[0]
    np.testing.assert_allclose(pixels("out/six.png"), denoised(SIX / 255), atol=3)


def test_each_page_becomes_a_picture(denoise):
    pages = RANDOM.integers(0, 256, (11, 28, 28), np.uint8)
    tifffile.imwrite("scan.tif", pages, photometric="minisblack")
    code, (line, _), _ = denoise("scan.tif", "-o", "out")
    assert code == 0
    names = r"scan\.tif -> out/scan-01\.png to out/scan-11\.png"
    read = re.fullmatch(rf"{names}: 11 images, (\d+) read, (\d+) not sure enough, 28x28 grey", line)
    assert sum(map(int, read.groups())) == 11
    for number, page in enumerate(pages, 1):
        np.testing.assert_allclose(
            pixels(f"out/scan-{number:02}.png"), denoised(page / 255), atol=1
        )
    Path("out/scan-05.png").write_text("precious", encoding="utf-8")
    code, _, error = denoise("scan.tif", "-o", "out")
    assert (code, len(error)) == (1, 1)
    code, (line,), _ = denoise("scan.tif", "-o", "page.png", "--json")
    found = json.loads(line)
    assert found["outputs"] == [f"page-{number:02}.png" for number in range(1, 12)]
    assert [page["output"] for page in found["pages"]] == found["outputs"]
    assert {page["images"] for page in found["pages"]} == {1}
    assert {page["model"] for page in found["pages"]} == {found["model"]} == {"denoiser"}
    strength = [page["noise_std"] for page in found["pages"]]
    assert found["noise_std"] == pytest.approx(np.mean(strength), abs=1e-4)


def test_json_tells_which_digit_is_read_on_which_page(denoise):
    seven = np.zeros((40, 30), np.uint8)
    seven[:4] = 255
    seven[np.arange(40), np.linspace(29, 8, 40).astype(int)] = 255
    seven[np.arange(40), np.linspace(28, 7, 40).astype(int)] = 255
    one = np.zeros((40, 30), np.uint8)
    one[:, 13:17] = 255
    tifffile.imwrite("scan.tif", np.stack([seven, one, seven]), photometric="minisblack")
    code, (line,), _ = denoise("scan.tif", "-o", "out", "--fit", "--json")
    assert code == 0
    found = json.loads(line)
    assert [page["readings"] for page in found["pages"]] == [{"7": 1}, {"1": 1}, {"7": 1}]
    assert [page["done"][1][:14] for page in found["pages"]] == [
        "digit of 30x40",
        "digit of 4x40 ",
        "digit of 30x40",
    ]
    assert found["readings"] == {"7": 2, "1": 1}


def test_the_page_that_holds_no_digit_is_named_and_none_is_written(denoise):
    pages = np.zeros((3, 60, 60), np.uint8)
    pages[::2, 10:50, 28:32] = 255
    tifffile.imwrite("scan.tif", pages, photometric="minisblack")
    code, _, (error,) = denoise("scan.tif", "-o", "out", "--fit")
    assert code == 1
    assert error.startswith("denoise: scan.tif: page 2: no digit found")
    assert not Path("out").exists()


def test_no_page_is_written_where_one_cannot_be(denoise):
    pages = RANDOM.integers(0, 256, (2, 28, 28), np.uint8)
    tifffile.imwrite("scan.tif", pages, photometric="minisblack")
    Path("out").mkdir()
    Path("out/scan-2.png").write_text("precious", encoding="utf-8")
    code, _, error = denoise("scan.tif", "-o", "out")
    assert code == 1
    assert error == ["denoise: scan.tif: out/scan-2.png exists: --force overwrites it"]
    assert [path.name for path in Path("out").iterdir()] == ["scan-2.png"]
    assert Path("out/scan-2.png").read_text(encoding="utf-8") == "precious"


def test_the_frames_of_an_animated_png_become_pictures(denoise):
    frames = [Image.fromarray(image) for image in (SIX, SIX.T)]
    frames[0].save("six.png", save_all=True, append_images=frames[1:])
    assert denoise("six.png", "-o", "out")[0] == 0
    np.testing.assert_allclose(pixels("out/six-1.png"), denoised(SIX / 255), atol=1)
    np.testing.assert_allclose(pixels("out/six-2.png"), denoised(SIX.T / 255), atol=1)


@pytest.mark.parametrize(
    ("dtype", "white", "message"),
    [
        (np.uint16, "miniswhite", None),
        (np.int16, "minisblack", "holds signed or 32-bit integers"),
        (np.int8, "minisblack", "holds signed integers"),
        (np.int32, "minisblack", "holds signed or 32-bit integers"),
        (np.uint32, "minisblack", "holds signed or 32-bit integers"),
    ],
)
def test_grey_values_of_a_known_range_are_read_and_others_refused(denoise, dtype, white, message):
    top = np.iinfo(dtype).max
    values = (SIX / 255 * top).astype(dtype)
    tifffile.imwrite(
        "six.tif", top - values if white == "miniswhite" else values, photometric=white
    )
    code, _, error = denoise("six.tif", "-o", "out")
    if message is None:
        assert code == 0
        np.testing.assert_allclose(pixels("out/six.png"), denoised(SIX / 255), atol=1)
    else:
        assert code == 1
        assert message in error[0]
        assert "save it as an 8-bit or 16-bit grey PNG" in error[0]
        assert not Path("out").exists()


def test_postscript_is_not_run_whatever_its_name(denoise, monkeypatch, tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("gs", "gswin32c", "gswin64c"):
        (programs / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    Image.fromarray(np.stack([SIX] * 3, axis=-1)).save("six.eps")
    Path("six.eps").rename("six.png")
    code, _, error = denoise("six.png", "-o", "out")
    assert code == 1
    assert error == [
        "denoise: six.png: it is no PNG, JPEG, TIFF or BMP picture of a kind that is read, or a"
        " damaged one: save it as an 8-bit PNG"
    ]
    assert not (tmp_path / "was-run").exists()


def test_a_picture_too_narrow_to_be_scaled_is_told(denoise):
    Image.fromarray(np.zeros((1, 3000), np.uint8)).save("line.png")
    code, _, error = denoise("line.png", "-o", "out")
    assert code == 1
    assert "its images of 3000x1 pixels are too narrow to be scaled to 28x28" in error[0]


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux' limits")
def test_a_full_disk_leaves_no_page_behind(denoise):
    import resource

    pages = RANDOM.integers(0, 256, (3, 28, 28), np.uint8)
    tifffile.imwrite("scan.tif", pages, photometric="minisblack")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        code, _, error = denoise("scan.tif", "-o", "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (code, error) == (1, ["denoise: scan.tif: File too large"])
    assert not Path("out").exists()

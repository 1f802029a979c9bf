"""`python -m denoise`: one's own files come out denoised, mistakes as sentences."""

import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter
from skimage.restoration import estimate_sigma

from denoise.corruption.white_noise import WHITE_NOISE
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.inference.advice import deviation
from denoise.inference.api import denoise_images
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level
from tests.denoise.png_bytes import chunk, header

ROOT = Path(__file__).parents[2]
RANDOM = np.random.default_rng(0)
IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[4:24, 12:16] = 255
NOISY = (IMAGE / 255 + RANDOM.uniform(-0.8, 0.8, (30, 28, 28))).astype(np.float32)


def pixels(path):
    return np.asarray(Image.open(path))


def test_a_picture_comes_out_as_the_model_leaves_it(denoise):
    Image.fromarray(IMAGE).save("one.png")
    code, out, _ = denoise("one.png", "-o", "clean.png")
    assert code == 0
    sure = r"( \((over )?\d+% sure\))?"
    assert re.fullmatch(rf"one\.png -> clean\.png: 28x28 grey, read as 1{sure}", out[0])
    expected = np.rint(denoise_images(IMAGE) * 255)
    np.testing.assert_array_equal(pixels("clean.png"), expected)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_every_kind_of_picture_is_read_alike(denoise, mode):
    values = IMAGE.astype(np.float32) / 255
    if mode == "F":
        picture = Image.fromarray(values)
    elif mode == "I;16":
        picture = Image.fromarray((values * 65535).astype(np.uint16))
    else:
        picture = Image.fromarray(IMAGE).convert(mode)
    picture.save("one.tiff")
    assert denoise("one.tiff", "-o", "out")[0] == 0
    np.testing.assert_allclose(
        pixels("out/one.png").astype(int), np.rint(denoise_images(IMAGE) * 255), atol=1
    )


def test_dark_ink_on_a_transparent_page_is_inverted_and_fitted(denoise):
    page = np.zeros((200, 300, 4), np.uint8)
    page[40:160, 200:220, 3] = 255
    Image.fromarray(page).save("page.png")
    code, out, _ = denoise("page.png", "-o", "out", "--invert", "--fit")
    assert code == 0
    assert "300x200 RGBA, inverted, digit of 20x120 scaled to 3x20 and centred" in out[0]
    assert pixels("out/page.png")[:, 12:17].mean() > 5 * pixels("out/page.png")[:, :10].mean()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.uint16, bool])
def test_arrays_keep_their_kind_and_are_what_the_function_gives(denoise, dtype):
    scale = {"f": 1, "b": 1}.get(np.dtype(dtype).kind) or np.iinfo(dtype).max
    images = NOISY if np.dtype(dtype).kind == "f" else np.clip(NOISY, 0, 1) * scale
    images = images.astype(dtype)
    np.save("noisy.npy", images[..., np.newaxis])
    assert denoise("noisy.npy", "-o", "clean.npy")[0] == 0
    clean = np.load("clean.npy")
    assert clean.shape == (30, 28, 28, 1)
    assert clean.dtype == (np.float32 if np.dtype(dtype).kind == "f" else dtype)
    expected = denoise_images(images) * scale
    np.testing.assert_allclose(
        clean[..., 0].astype(float), expected, atol=0.51 * (scale > 1) or 0.5
    )


def test_arrays_of_an_archive_are_denoised_and_labels_copied(denoise):
    np.savez("set.npz", images=NOISY, one=NOISY[0], labels=np.arange(30))
    code, out, _ = denoise("set.npz", "-o", "out")
    assert code == 0
    assert re.search(r": 31 images, \d+ read, \d+ not sure enough, 'labels' copied$", out[0])
    clean = np.load("out/set.npz")
    np.testing.assert_allclose(clean["images"], denoise_images(NOISY), atol=1e-6)
    np.testing.assert_allclose(clean["one"], denoise_images(NOISY[0]), atol=1e-6)
    np.testing.assert_array_equal(clean["labels"], np.arange(30))


def test_more_images_than_a_block_come_out_in_order(denoise):
    np.save("many.npy", np.tile(NOISY, (71, 1, 1)))
    assert denoise("many.npy", "-o", "out")[0] == 0
    clean = np.load("out/many.npy")
    assert len(clean) == 71 * 30
    np.testing.assert_allclose(clean, np.tile(denoise_images(NOISY), (71, 1, 1)), atol=1e-5)


def test_what_cannot_be_read_is_told_and_the_rest_is_done(denoise):
    Image.fromarray(RANDOM.integers(0, 256, (90, 90), np.uint8)).save("good.jpg")
    whole = Path("good.jpg").read_bytes()
    bomb = header(60000, 60000, 8, 0) + chunk(b"IDAT", zlib.compress(bytes(999)))
    files = {"empty.png": b"", "cut.jpg": whole[: len(whole) // 3], "bomb.png": bomb}
    files |= {"notes.txt": b"", "empty.npy": b"", "empty.npz": b""}
    for name, content in files.items():
        Path(name).write_bytes(content)
    np.save("objects.npy", np.array([{}], dtype=object))
    np.save("line.npy", np.arange(9.0))
    np.save("nan.npy", np.full((28, 28), np.nan))
    np.save("numbers.npy", np.zeros((2, 28, 28), np.int64))
    np.save("none.npy", np.zeros((0, 28, 28)))
    np.save("short.npy", NOISY)
    Path("short.npy").write_bytes(Path("short.npy").read_bytes()[:-5])
    bad = {
        "empty.png": "no PNG, JPEG, TIFF or BMP picture of a kind that is read, or a damaged one",
        "cut.jpg": "damaged",
        "bomb.png": "too many pixels: at most 50,000,000",
        "notes.txt": "none of the kinds read: .bmp, .jpeg, .jpg, .npy, .npz, .png",
        "missing.png": "does not exist",
        "empty.npy": "no NumPy array",
        "empty.npz": "no .npz file",
        "objects.npy": "could run code",
        "line.npy": "it has the shape (9,); images are (height, width)",
        "nan.npy": "NaN or infinite",
        "numbers.npy": "it holds int64; images are bool, uint8",
        "none.npy": "holds no images",
        "short.npy": "ends too early",
    }
    code, out, error = denoise(*bad, "good.jpg", "-o", "out")
    assert code == 1
    assert len(error) == len(bad)
    for line, (name, message) in zip(sorted(error), sorted(bad.items()), strict=True):
        assert line.startswith(f"denoise: {name}")
        assert message in line
    assert [line.split(":")[0] for line in out[::2]] == ["good.jpg -> out/good.png"]
    assert [path.name for path in Path("out").iterdir()] == ["good.png"]


def test_a_folder_is_searched_and_its_folders_kept(denoise):
    for name in ("b/two.bmp", "one.png", "b/c/three.npy"):
        path = Path("in") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(path, NOISY) if path.suffix == ".npy" else Image.fromarray(IMAGE).save(path)
    code, out, _ = denoise("in", "-o", "out")
    assert code == 0
    assert len(out) == 3 * 2  # a line on the file and one on its noise
    for name in ("b/two.png", "one.png", "b/c/three.npy"):
        assert (Path("out") / name).exists()
    Path("void").mkdir()
    code, _, error = denoise("void", "-o", "out2")
    assert (code, error[0][:28]) == (1, "denoise: void holds no .bmp,")


def test_nothing_is_overwritten_without_force(denoise):
    Image.fromarray(IMAGE).save("one.png")
    Image.fromarray(IMAGE).save("one.bmp")
    Path("out").mkdir()
    Path("out/one.png").write_text("precious", encoding="utf-8")
    code, _, error = denoise("one.png", "-o", "out")
    assert (code, error) == (1, ["denoise: one.png: out/one.png exists: --force overwrites it"])
    assert Path("out/one.png").read_text(encoding="utf-8") == "precious"
    code, _, error = denoise("one.png", "one.bmp", "-o", "out", "--force")
    assert code == 1
    assert "one.bmp: out/one.png has just been written, for another input" in error[0]
    np.testing.assert_array_equal(pixels("out/one.png"), np.rint(denoise_images(IMAGE) * 255))


def test_sheets_show_what_the_model_was_given_and_what_it_made_of_it(denoise):
    np.save("noisy.npy", NOISY)
    code, _, error = denoise("noisy.npy", "-o", "out", "--compare")
    assert (code, error) == (0, ["before and after: out/compare-001.png"])
    sheet = pixels("out/compare-001.png")[1::3, 1::3] / 255
    assert sheet.shape == (6 * 32 + 4, 5 * 62 + 4)
    np.testing.assert_allclose(sheet[4:32, 4:32], np.clip(NOISY[0], 0, 1), atol=3e-3)
    np.testing.assert_allclose(sheet[4:32, 34:62], denoise_images(NOISY[0]), atol=3e-3)


def test_a_sheet_that_is_there_is_kept_and_not_called_written(denoise):
    np.save("noisy.npy", NOISY)
    Path("out").mkdir()
    Path("out/compare-001.png").write_text("precious", encoding="utf-8")
    said, _, _ = denoise("noisy.npy", "-o", "out", "--compare")
    assert said == "denoise: out/compare-001.png exists: --force overwrites it"
    assert Path("out/compare-001.png").read_text(encoding="utf-8") == "precious"
    assert [path.name for path in Path("out").iterdir()] == ["compare-001.png"]


def test_a_folder_in_the_place_of_an_output_is_refused_before_anything_is_written(denoise):
    np.save("noisy.npy", NOISY)
    Path("out/noisy.npy").mkdir(parents=True)
    code, _, error = denoise("noisy.npy", "-o", "out", "--force")
    assert code == 1
    assert error == [
        "denoise: noisy.npy: out/noisy.npy is a folder, and would have to be a file: name another"
        " output"
    ]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--kind", "gaussian"), "--kind is of the noise that --known-noise tells: add that"),
        (("--model", ""), "there is no model ''"),
        (("--known-noise", "1", "1e300"), "--known-noise: amplitude is 1e+300; it should be less"),
        (("--known-noise", "1", "inf"), "--known-noise: amplitude is inf; it should be"),
        (
            ("--known-noise", "1", "80"),
            "--known-noise: with an amplitude of 80, noise is 80 times as strong as black differs"
            " from white: of grey values to 255 it is 0.31",
        ),
        (
            ("--known-noise", "1", "5000"),
            "--known-noise: with an amplitude of 5000, noise is 5000 times as strong as black"
            " differs from white: white is 1",
        ),
        (
            ("--known-noise", "1", "80", "--kind", "salt-and-pepper"),
            "--known-noise: it has salt-and-pepper noise of amplitude 80; there it is",
        ),
        (("--known-noise", "1000", "0.5"), "--known-noise: blur is 1000.0; it should be less"),
    ],
)
def test_an_option_that_says_nothing_is_refused(denoise, options, why):
    np.save("noisy.npy", NOISY)
    said, _, _ = denoise("noisy.npy", "-o", "out", *options)
    assert said.startswith(f"denoise: {why}")


def test_json_measures_each_file(denoise):
    np.save("noisy.npy", NOISY)
    code, out, _ = denoise("noisy.npy", "nothing.png", "-o", "out", "--json")
    assert code == 1
    failure, result = map(json.loads, out)
    change = np.sqrt(np.mean((denoise_images(NOISY) - NOISY) ** 2))
    assert result["images"] == sum(result["readings"].values()) + result["not_read"] == 30
    assert result["rms_change"] == pytest.approx(change, abs=1e-4)
    assert result["input"] == "noisy.npy"
    assert len(result["digits"]) == len(result["confidences"]) == 30
    assert result["digits"].count(None) == result["not_read"]
    assert failure == {"input": "nothing.png", "error": "nothing.png does not exist"}


def test_a_page_without_a_digit_is_told_and_the_next_is_done(denoise):
    page = np.full((90, 70), 0.3) + RANDOM.uniform(-0.2, 0.2, (90, 70))
    Image.fromarray((255 * page).astype(np.uint8)).save("empty.png")
    page[20:70, 30:36] += 0.4
    Image.fromarray((255 * page.clip(0, 1)).astype(np.uint8)).save("one.png")
    code, out, error = denoise("empty.png", "one.png", "-o", "out", "--fit")
    assert code == 1
    assert len(error) == 1
    assert error[0].startswith("denoise: empty.png: no digit found")
    assert out[0].startswith("one.png -> out/one.png: 70x90 grey, digit of ")
    assert re.search(r"read as 1( \(\d+% sure\))?$", out[0])
    assert [path.name for path in Path("out").iterdir()] == ["one.png"]


def test_json_names_the_file_that_could_not_be_denoised(denoise):
    np.save("flat.npy", np.zeros((2, 50, 50), np.uint8))
    np.save("noisy.npy", NOISY)
    code, out, _ = denoise("flat.npy", "noisy.npy", "-o", "out", "--json", "--fit")
    assert code == 1
    failure, result = map(json.loads, out)
    assert (failure["input"], result["input"]) == ("flat.npy", "noisy.npy")
    assert "image 0, counted from 0: no digit found" in failure["error"]
    assert failure["error"].endswith("(--invert is for dark ink)")
    assert result["done"] == ["each digit scaled and centred"]


def test_a_file_that_fails_leaves_no_folder_behind(denoise):
    np.save("flat.npy", np.zeros((2, 50, 50), np.uint8))
    code, _, (error,) = denoise("flat.npy", "-o", "made/out", "--fit", "--invert")
    assert (code, Path("made").exists()) == (1, False)
    assert error.endswith("(it was inverted, for dark ink)")
    code, _, _ = denoise("flat.npy", "-o", f"made/{'x' * 300}/out")
    assert code == 1 or str(code).startswith("denoise: made/xxx")
    assert not Path("made").exists()


@pytest.mark.parametrize("model", ["transpose", "models/denoiser", "models/denoiser/model.onnx"])
def test_a_model_is_a_name_a_folder_or_a_file(denoise, model):
    name = model if model == "transpose" else str(ROOT / model)
    folder = ROOT / (
        "studies/models/networks/transpose/2019" if model == "transpose" else "models/denoiser"
    )
    np.save("noisy.npy", NOISY)
    assert denoise("noisy.npy", "-o", "out", "--model", name)[0] == 0
    np.testing.assert_allclose(
        np.load("out/noisy.npy"), denoise_images(NOISY, str(folder)), atol=1e-6
    )


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("gan", "there is no model 'gan': name an .onnx file, a folder that holds a model.onnx"),
        (str(ROOT / "params.yaml"), "is not a model ONNX Runtime can read"),
        (
            str(ROOT / "models" / "classifier"),
            "is not a model from grey images to images of their size",
        ),
    ],
)
def test_a_wrong_model_is_told(denoise, model, message):
    np.save("noisy.npy", NOISY)
    code, _, _ = denoise("noisy.npy", "-o", "out", "--model", model)
    assert message in code
    with pytest.raises(InputError):
        denoise_images(NOISY, model)


def test_with_known_noise_what_is_best_for_it_denoises(denoise, monkeypatch, tmp_path):
    monkeypatch.setattr("denoise.inference.model_choice.ROOT", tmp_path)
    np.save("noisy.npy", NOISY)
    command = ("noisy.npy", "-o", "out", "--known-noise", "0", "0.8")
    assert "data/clean/train_images.npy does not exist: run `make repro`" in denoise(*command)[0]
    digits = find_digits()["train_images"]
    (tmp_path / "data" / "clean").mkdir(parents=True)
    np.save(tmp_path / "data" / "clean" / "train_images.npy", digits)
    assert denoise(*command)[0] == 0
    level = Level(blur=0.0, amplitude=0.8, kind="uniform")
    expected = LinearDenoiser(digits).at(level)(NOISY)
    np.testing.assert_allclose(np.load("out/noisy.npy"), expected, atol=1e-6)
    code, (line,), _ = denoise(*command, "--model", "mixture", "--force", "--json")
    assert (code, json.loads(line)["model"]) == (0, "mixture")
    expected = MixtureDenoiser(digits).at(level)(NOISY)
    np.testing.assert_allclose(np.load("out/noisy.npy"), expected, atol=1e-6)
    said = denoise(*command, "--model", "unet")[0]
    assert said == "denoise: --known-noise is for --model linear or mixture, and not for unet"
    said = denoise(*command[:3], "--model", "mixture")[0]
    assert said == "denoise: --model mixture must be told the noise: add --known-noise"
    code, *_ = denoise("noisy.npy", "-o", "out", "--known-noise", "-1", "0.8")
    assert code == "denoise: --known-noise: blur is -1.0; it should be greater than or equal to 0"


def test_noise_that_nobody_told_is_estimated(denoise):
    for amplitude, inside, like_noise in ((0.8, True, True), (2.4, False, None)):
        noise = RANDOM.uniform(-amplitude, amplitude, (200, 28, 28))
        images = (IMAGE / 255 + noise).astype(np.float32)
        np.save("noisy.npy", images)
        code, (line,), _ = denoise("noisy.npy", "-o", "out", "--json", "--force")
        assert code == 0
        found = json.loads(line)
        assert found["noise_std"] == pytest.approx(amplitude / np.sqrt(3), rel=0.05)
        own = np.mean([estimate_sigma(image) for image in images.astype(float)])
        assert found["noise_std"] == pytest.approx(own, abs=1e-4)
        assert found["trained_on"] is inside
        if like_noise is not None:
            assert (abs(found["residual_correlation"]) < 0.05) is like_noise
    _, said, _ = denoise("noisy.npy", "-o", "out", "--force")
    assert re.match(r"  noise of about 1\.(3|4)\d in standard deviation", said[1])
    assert "stronger than the 0.01 to 0.87 that denoiser was trained on" in said[1]


@pytest.mark.parametrize(
    ("amplitude", "like"), [(0.01, True), (1.5, True), (1.6, False), (2, False)]
)
def test_an_estimate_that_is_a_little_too_high_is_still_like_training(denoise, amplitude, like):
    noise = RANDOM.uniform(-amplitude, amplitude, (2000, 28, 28))
    np.save("noisy.npy", noise.astype(np.float32))
    _, (line,), _ = denoise("noisy.npy", "-o", "out", "--json", "--force")
    assert json.loads(line)["trained_on"] is like
    _, said, _ = denoise("noisy.npy", "-o", "out", "--force")
    strength = "about as strong as" if like else "stronger than"
    assert f"{strength} the 0.01 to 0.87 that denoiser was trained on" in said[1]
    _, (line,), _ = denoise("noisy.npy", "-o", "out", "--json", "--force", "--model", "unet")
    assert json.loads(line)["trained_on"]  # up to 2


@pytest.mark.parametrize("grey", [0, 130])
def test_a_picture_of_one_grey_value_has_no_noise(denoise, grey):
    Image.fromarray(np.full((28, 28), grey, np.uint8)).save("even.png")
    for options in ((), ("--model", "auto"), ("--model", "pictures")):
        code, (line,), _ = denoise("even.png", "-o", "out", "--json", "--force", *options)
        assert (code, json.loads(line)["noise_std"]) == (0, 0.0)


def test_a_residual_that_is_no_noise_is_told(denoise):
    blurred = gaussian_filter(np.tile(IMAGE / 255, (50, 1, 1)), 1.5, axes=(1, 2))
    np.save("blurred.npy", blurred + RANDOM.uniform(-0.1, 0.1, blurred.shape))
    _, said, _ = denoise("blurred.npy", "-o", "out")
    assert "what was taken away is not noise alone: blur, or changed strokes" in said[1]


def test_auto_takes_the_model_that_did_best_at_such_noise(denoise):
    np.save("noisy.npy", NOISY)
    _, (line,), _ = denoise("noisy.npy", "-o", "out", "--model", "auto", "--json")
    found = json.loads(line)
    assert found["model"] == found["suggested_model"] == "unet"
    expected = denoise_images(NOISY, "unet")
    np.testing.assert_allclose(np.load("out/noisy.npy"), expected, atol=1e-6)


def test_advice_knows_how_strong_each_kind_of_noise_is():
    for kind, noise in WHITE_NOISE.items():
        for amplitude in (0.01, 0.5, 1.0):
            assert deviation(kind, amplitude) == pytest.approx(noise.noise_std(amplitude)), kind


def test_one_file_cannot_hold_several(denoise):
    Image.fromarray(IMAGE).save("one.png")
    code, _, _ = denoise("one.png", "one.png", "-o", "out.png")
    assert code == "denoise: out.png is one file: name a folder for several"
    code, _, _ = denoise("one.png", "-o", "out.npy")
    assert code == "denoise: out.npy cannot hold what .png files do"


def test_a_picture_of_a_kind_that_is_not_written_makes_no_folder(denoise):
    Image.fromarray(IMAGE).save("one.png")
    code, _, _ = denoise("one.png", "-o", "out.GIF")
    assert code == (
        "denoise: out.GIF cannot be written:"
        " pictures are written as .bmp, .jpeg, .jpg, .png, .tif, .tiff"
    )
    assert not Path("out.GIF").exists()


def test_it_starts_without_tensorflow_or_the_rest_of_the_pipeline(tmp_path):
    heavy = ("tensorflow", "keras", "scipy", "pandas", "matplotlib", "skimage", "sklearn", "onnx")
    Image.fromarray(IMAGE).save(tmp_path / "one.png")
    program = (
        "import os, sys\n"
        f"for name in {heavy}: sys.modules[name] = None\n"
        "os.environ['DENOISE_CLOSED'] = '1'  # or it would start anew\n"
        "import runpy; sys.argv[0] = 'denoise'; runpy.run_module('denoise', run_name='__main__')"
    )
    command = [sys.executable, "-c", program, tmp_path / "one.png", "-o", tmp_path / "out.png"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "out.png").exists()

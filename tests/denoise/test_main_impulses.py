"""Salt-and-pepper noise is told, and no model is advised that does not know it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.advice import Advice
from denoise.inference.impulse_noise import ImpulseNoise
from denoise.inference.outcome import Outcome
from denoise.inference.result_lines import describe_as_text
from denoise.io.parameters.noise import Noise

DIGITS = find_digits()["test_images"][:200]
LINE = "single pixels are black or white, as in salt-and-pepper noise"


def replaced(share, images=DIGITS):
    """Return uint8 images, a share of whose pixels is black or white instead."""
    random = np.random.default_rng(9)
    drawn = random.random(images.shape)
    return np.where(drawn < share, np.where(drawn < share / 2, 0, 255), images).astype(np.uint8)


def measured(denoise, name, *options):
    code, (line,), _ = denoise(name, "-o", "out", "--json", "--force", *options)
    assert code == 0
    return json.loads(line)


@pytest.mark.parametrize("share", [0.03, 0.2, 0.6])
@pytest.mark.parametrize("model", ["denoiser", "unet", "auto"])
def test_no_model_is_advised_where_pixels_were_replaced(denoise, share, model):
    np.save("noisy.npy", replaced(share))
    found = measured(denoise, "noisy.npy", "--model", model)
    told = (found["salt_and_pepper"], found["trained_on"], found["suggested_model"])
    assert told == (True, False, None)


def test_a_line_says_what_it_is_and_what_is_for_it(denoise):
    Image.fromarray(replaced(0.1)[0]).save("one.png")
    _, out, _ = denoise("one.png", "-o", "out")
    assert "was trained on" not in out[1]
    assert "did best" not in out[1]
    assert out[2].lstrip().startswith(LINE)
    assert "--known-noise BLUR SHARE --kind salt-and-pepper" in out[2]
    pages = [Image.fromarray(image) for image in (replaced(0.1)[0], DIGITS[1])]
    pages[0].save("scan.tif", save_all=True, append_images=pages[1:])
    found = measured(denoise, "scan.tif")
    assert [page["salt_and_pepper"] for page in found["pages"]] == [True, False]


@pytest.mark.parametrize("images", [DIGITS, np.where(DIGITS > 127, 255, 0).astype(np.uint8)])
@pytest.mark.parametrize("options", [(), ("--invert",)])
def test_clean_strokes_are_no_such_noise(denoise, images, options):
    for number, image in enumerate(images):
        Image.fromarray(255 - image if options else image).save(f"{number:03}.png")
    lines = denoise(".", "-o", "out", "--json", *options)[1]
    assert len(lines) == len(images)
    assert not any(json.loads(line)["salt_and_pepper"] for line in lines)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
@pytest.mark.parametrize("blur", [0, 1, 2, 3])
def test_on_grey_and_on_blurred_digits_it_is_not_taken_for_noise_that_was_cut_off(
    denoise, share, blur
):
    blurred = gaussian_filter(DIGITS.astype(float), (0, blur, blur))
    for ground, scale in ((0, 1), (60, 0.5)):
        np.save("noisy.npy", replaced(share, blurred * scale + ground))
        found = measured(denoise, "noisy.npy")
        assert (found["salt_and_pepper"], found["noise_clipped"]) == (True, False), ground


@pytest.mark.parametrize("std", [0.1, 0.4, 0.9])
def test_noise_that_was_cut_off_is_told_as_that(denoise, std):
    noisy = DIGITS / 255 + np.random.default_rng(3).normal(0, std, DIGITS.shape)
    np.save("whole.npy", noisy)
    np.save("cut.npy", np.rint(np.clip(noisy, 0, 1) * 255).astype(np.uint8))
    assert not measured(denoise, "whole.npy")["salt_and_pepper"]
    assert not measured(denoise, "cut.npy")["salt_and_pepper"]


def test_pixels_that_differ_from_their_neighbours_by_less_are_no_such_noise():
    faint = ImpulseNoise()
    faint.add(replaced(0.2, np.full((1, 28, 28), 153)).clip(102) / np.float32(255))  # 0.6 and 0.4
    assert not faint.found
    strong = ImpulseNoise()
    strong.add(replaced(0.2, np.full((1, 28, 28), 140)) / np.float32(255))
    assert strong.found


@pytest.mark.parametrize("kind", ["salt-and-pepper", "uniform"])
def test_who_tells_that_kind_is_not_told_it(denoise, monkeypatch, tmp_path, kind):
    monkeypatch.setattr("denoise.inference.model_choice.ROOT", tmp_path)
    (tmp_path / "data" / "clean").mkdir(parents=True)
    np.save(tmp_path / "data" / "clean" / "train_images.npy", find_digits()["train_images"])
    np.save("noisy.npy", replaced(0.1))
    command = ("noisy.npy", "-o", "out", "--force", "--known-noise", "0", "0.1", "--kind", kind)
    lines = denoise(*command)[1]
    assert "did best" not in lines[1]
    assert any(LINE in line for line in lines) is (kind == "uniform")
    grey = replaced(0.3, (DIGITS / 2 + 60).astype(np.uint8))  # as noise that was cut off scatters
    np.save("noisy.npy", grey)
    assert not any("cut off at black" in line for line in denoise(*command)[1])


def test_a_model_that_was_trained_on_it_knows_it():
    noisy = replaced(0.1) / np.float32(255)
    outcome = Outcome(written=[Path("clean.npy")], model="denoiser")
    outcome.add_images(noisy, DIGITS / np.float32(255))
    noise = {"kind": "salt-and-pepper", "blur": [0.0, 0.0], "amplitude": [0.0, 0.3], "copies": 1}
    known = Noise.model_validate(noise)
    assert LINE in describe_as_text(Path("noisy.npy"), outcome, Advice())
    own = Advice(noises={"denoiser": known}, trained_on={"denoiser": (0.0, 0.4)})
    assert LINE not in describe_as_text(Path("noisy.npy"), outcome, own)
    came = Advice(as_it_came=frozenset({"denoiser"}))
    assert LINE not in describe_as_text(Path("noisy.npy"), outcome, came)


def test_a_model_of_pictures_is_not_sent_to_what_is_for_digits(denoise):
    picture = np.tile(np.linspace(60, 200, 96, dtype=np.uint8), (96, 1))
    Image.fromarray(replaced(0.1, picture)).save("photo.png")
    _, out, _ = denoise("photo.png", "-o", "out", "--model", "pictures")
    (line,) = (line for line in out if "single pixels" in line)
    assert line.endswith("what was not made for that does badly")

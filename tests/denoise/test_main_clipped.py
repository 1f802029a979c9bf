"""Noise that a picture file cut off at black and white is told, and nothing is promised there."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.advice import Advice
from denoise.inference.outcome import Outcome
from denoise.inference.result_lines import describe_as_text

DIGITS = find_digits()["test_images"][:200]
NOISY = DIGITS / 255 + np.random.default_rng(4).uniform(-0.8, 0.8, DIGITS.shape)
CLIPPED = np.rint(np.clip(NOISY, 0, 1) * 255).astype(np.uint8)


def measured(denoise, name, *options):
    code, (line,), _ = denoise(name, "-o", "out", "--json", "--force", *options)
    assert code == 0
    return json.loads(line)


def test_the_same_noise_is_told_where_it_was_cut_off(denoise):
    np.save("whole.npy", NOISY)
    np.save("cut.npy", CLIPPED)
    whole, cut = measured(denoise, "whole.npy"), measured(denoise, "cut.npy")
    assert (whole["noise_clipped"], whole["trained_on"]) == (False, True)
    assert (cut["noise_clipped"], cut["trained_on"], cut["suggested_model"]) == (True, False, None)
    sure = measured(denoise, "cut.npy", "--model", "ensemble", "--uncertainty")
    assert sure["trained_on"] is False


def test_each_picture_is_told_and_one_line_says_why(denoise):
    for number, image in enumerate(CLIPPED[:20]):
        Image.fromarray(image).save(f"{number}.png")
        assert measured(denoise, f"{number}.png")["noise_clipped"], number
    _, out, _ = denoise("0.png", "-o", "out", "--force")
    assert "was trained on" not in out[1]
    assert out[2].startswith("  much of this noise is cut off at black and white")


def test_a_model_of_pictures_as_they_came_may_know_such_noise():
    outcome = Outcome(written=[Path("clean.npy")], model="denoiser")
    outcome.clipped.add(CLIPPED / np.float32(255))
    outcome.add_images(CLIPPED / np.float32(255), DIGITS / np.float32(255))
    known = Advice(as_it_came=frozenset({"denoiser"}))
    assert "cut off" not in describe_as_text(Path("noisy.npy"), outcome, known)
    assert "cut off" in describe_as_text(Path("noisy.npy"), outcome, Advice())


def test_what_is_black_or_white_in_areas_is_not_noise(denoise):
    for number, image in enumerate(DIGITS):
        Image.fromarray(image).save(f"clean-{number}.png")
    lines = denoise(".", "-o", "out", "--json")[1]
    assert len(lines) == len(DIGITS)
    assert not any(json.loads(line)["noise_clipped"] for line in lines)


@pytest.mark.parametrize("name", ["camera", "page", "moon", "text", "grass"])
def test_pictures_are_told_apart_from_the_same_with_their_noise_cut_off(denoise, name):
    picture = getattr(data, name)()[:256, :256]
    noise = np.random.default_rng(4).normal(0, 100, picture.shape)
    Image.fromarray(picture).save("clean.png")
    Image.fromarray(np.rint(np.clip(picture + noise, 0, 255)).astype(np.uint8)).save("cut.png")
    options = ("--model", "pictures")
    assert not measured(denoise, "clean.png", *options)["noise_clipped"]
    assert measured(denoise, "cut.png", *options)["noise_clipped"]

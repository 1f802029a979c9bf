"""Dark ink on bright paper is told to a model that knows white digits on black."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.advice import Advice
from denoise.inference.outcome import Outcome
from denoise.inference.result_lines import describe_as_text
from tests.stages.small_run import ROOT

DIGITS = find_digits()["test_images"][:20]
HINT = "border is bright, and this is for white digits on black: --invert is for dark ink"
UNDO = "border is bright after --invert, and this is for white digits on black: leave out --invert"


def test_a_page_that_was_not_inverted_is_told_and_one_that_was_is_not(denoise):
    page = ROOT / "docs" / "noisy-digit.png"
    for options in ((), ("--fit",)):
        code, out, _ = denoise(str(page), "-o", "out", "--force", *options)
        assert code == 0
        assert f"its {HINT}" in out[-1], options
        out = denoise(str(page), "-o", "out", "--force", "--invert", *options)[1]
        assert not any("border is bright" in line for line in out), options


def test_white_digits_that_were_inverted_are_told(denoise):
    Image.fromarray(DIGITS[0]).save("white.png")
    assert f"its {UNDO}" in denoise("white.png", "-o", "out", "--invert")[1][-1]


def test_images_of_a_file_are_counted(denoise):
    np.save("mixed.npy", np.concatenate([DIGITS[:15], 255 - DIGITS[15:]]))
    out = denoise("mixed.npy", "-o", "out")[1]
    assert "in 5 of its images the border is bright, and" in out[-1]
    assert out[-1].endswith("give dark ink on bright paper a file of its own, with --invert")
    out = denoise("mixed.npy", "-o", "out", "--force", "--invert")[1]
    assert "in 15 of its images the border is bright after --invert, and" in out[-1]
    assert out[-1].endswith("give dark ink on bright paper a file of its own, with --invert")
    np.save("all.npy", 255 - DIGITS)
    assert f"in 20 of its images the {HINT}" in denoise("all.npy", "-o", "out")[1][-1]
    (line,) = denoise("mixed.npy", "-o", "out", "--json", "--force")[1]
    assert json.loads(line)["bright_backgrounds"] == 5
    pages = [ImageOps.invert(Image.fromarray(DIGITS[0])), Image.fromarray(DIGITS[1])]
    pages[0].save("scan.tif", save_all=True, append_images=pages[1:])
    (line,) = denoise("scan.tif", "-o", "out", "--json")[1]
    found = json.loads(line)
    assert found["bright_backgrounds"] == 1
    assert [page["bright_backgrounds"] for page in found["pages"]] == [1, 0]


@pytest.mark.parametrize("clipped", [False, True])
@pytest.mark.parametrize("amplitude", [0.0, 0.8, 2.0])
def test_white_digits_are_not_told_however_noisy(denoise, amplitude, clipped):
    digits = find_digits()["test_images"]
    noise = np.random.default_rng(2).uniform(-amplitude, amplitude, digits.shape)
    noisy = digits / 255 + noise
    np.save("noisy.npy", noisy.clip(0, 1) if clipped else noisy)
    (line,) = denoise("noisy.npy", "-o", "out", "--json")[1]
    assert json.loads(line)["bright_backgrounds"] == 0


def test_only_who_knows_digits_minds_a_bright_border(denoise):
    outcome = Outcome(written=[Path("out.png")], model="denoiser", images=1, bright_backgrounds=1)
    noise = {"trained_on": {"denoiser": (0.0, 1.0)}}
    for told, advice, photograph in (
        (True, Advice(**noise, of_digits=True), False),
        (False, Advice(**noise, of_digits=True), True),  # of which another line speaks
        (False, Advice(**noise), False),  # it learned from something else
        (False, Advice(of_digits=True), False),  # a path, and nobody knows
    ):
        outcome.photograph = photograph
        lines = describe_as_text(Path("in.png"), outcome, advice)
        assert ("border is bright" in lines) is told


def test_a_photograph_may_be_bright(denoise):
    Image.fromarray(255 - DIGITS[0].repeat(3, axis=0).repeat(3, axis=1)).save("photo.png")
    out = denoise("photo.png", "-o", "out", "--model", "pictures")[1]
    assert not any("bright" in line for line in out)
    (line,) = denoise("photo.png", "-o", "out", "--model", "pictures", "--json", "--force")[1]
    assert json.loads(line)["bright_backgrounds"] is None

"""A photograph that a model of digits is given is called one; a page with a digit is not."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from benchmarks.fit import NOTHING, TROUBLES, draw_page
from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.photographs import looks_like_photograph
from denoise.io.parameters.pipeline import read_parameters

ROOT = Path(__file__).parents[2]
PICTURES = Path(skimage.__file__).parent / "data"
LEVELS = read_parameters(ROOT / "params.yaml").levels
DIGITS = find_digits()["test_images"][:4]
WARNING = "this looks like a photograph, but denoiser was trained on digits alone: --model pictures"


@pytest.mark.parametrize("options", [(), ("--fit",), ("--invert",)])
def test_a_photograph_that_is_given_to_a_model_of_digits_is_called_one(denoise, options):
    shutil.copy(PICTURES / "camera.png", "camera.png")
    code, out, _ = denoise("camera.png", "-o", "out", *options)
    assert code == 0
    assert out[2] == f"  {WARNING} is for photographs"
    _, (line,), _ = denoise("camera.png", "-o", "out.png", "--json", *options)
    assert json.loads(line)["photograph"] is True


def test_the_model_of_photographs_is_given_one_without_a_word(denoise):
    shutil.copy(PICTURES / "camera.png", "camera.png")
    code, out, _ = denoise("camera.png", "-o", "out", "--model", "pictures")
    assert (code, len(out)) == (0, 2)


@pytest.mark.parametrize("options", [(), ("--fit",)])
def test_a_scan_and_a_photograph_of_a_digit_are_not_called_one(denoise, options):
    for name, trouble in {"scan": NOTHING, **TROUBLES}.items():
        page, _ = draw_page(DIGITS[0], 200, 120, LEVELS["1-faint"], trouble, seed=0)
        grey = np.rint(255 * page.clip(0, 1)).astype(np.uint8)
        Image.fromarray(grey).save(f"{name}.png")
        Image.fromarray(255 - grey).save(f"{name} in ink.png")
        code, out, _ = denoise(f"{name}.png", "-o", "out", *options)
        assert (code, len(out)) == (0, 2), name
        code, out, _ = denoise(f"{name} in ink.png", "-o", "out", "--invert", *options)
        assert (code, len(out)) == (0, 2), name


@pytest.mark.parametrize("name", ["astronaut", "camera", "coffee", "coins", "motorcycle_left"])
def test_a_noisy_photograph_looks_like_one(name):
    grey = np.asarray(Image.open(PICTURES / f"{name}.png").convert("L")) / 255
    noise = np.random.default_rng(0).normal(0, 50 / 255, grey.shape)
    assert looks_like_photograph(grey)
    assert looks_like_photograph(grey + noise)


@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS.keys())
@pytest.mark.parametrize(("side", "size"), [(56, 40), (100, 40), (200, 62), (224, 160)])
def test_a_page_looks_like_none_whatever_its_noise_and_light(level, side, size):
    for trouble in (NOTHING, *TROUBLES.values()):
        for seed, digit in enumerate((*DIGITS, None)):
            page, _ = draw_page(digit, side, size, level, trouble, seed)
            assert not looks_like_photograph(page)


@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (56, 56), (56, 1500), (300, 70)])
def test_a_picture_of_one_grey_value_looks_like_none(shape):
    assert not looks_like_photograph(np.full(shape, 0.4))

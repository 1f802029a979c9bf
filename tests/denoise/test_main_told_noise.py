"""What `--known-noise` tells is compared with the noise that the images seem to have."""

import json

import numpy as np
import pytest
from PIL import Image

from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.outcome import Outcome
from tests.denoise.test_main import NOISY

DIGITS = find_digits()["train_images"]
STD = 0.8 / 3**0.5  # of the noise of NOISY
STRONGER = "what the model gets is noisier than --known-noise told"
WEAKER = "what the model gets is less noisy than --known-noise told"


@pytest.fixture
def said(denoise, monkeypatch, tmp_path):
    """Return what the command says of a file: lines, or figures where they are asked for."""
    monkeypatch.setattr("denoise.inference.model_choice.ROOT", tmp_path)
    (tmp_path / "data" / "clean").mkdir(parents=True)
    np.save(tmp_path / "data" / "clean" / "train_images.npy", DIGITS)
    np.save("noisy.npy", NOISY)

    def run(*options, name="noisy.npy"):
        code, out, _ = denoise(name, "-o", "out", "--force", "--known-noise", *options)
        assert code == 0
        return json.loads(out[0]) if "--json" in options else "\n".join(out)

    return run


@pytest.mark.parametrize("kind", ["uniform", "gaussian"])
@pytest.mark.parametrize("model", ["linear", "mixture"])
def test_noise_that_is_as_told_is_given_beside_what_was_told(said, kind, model):
    lines = said("0", "0.8", "--kind", kind, "--model", model)
    assert f"in standard deviation, where {STD:.2f} was told" in lines
    assert STRONGER not in lines and WEAKER not in lines


@pytest.mark.parametrize(("told", "unlike"), [("0.4", STRONGER), ("0", STRONGER), ("1.5", WEAKER)])
def test_noise_that_is_not_as_told_is_mentioned(said, told, unlike):
    lines = said("0", told)
    assert f"where {float(told) / 3**0.5:.2f} was told" in lines
    assert unlike in lines


@pytest.mark.parametrize("kind", ["poisson", "speckle", "salt-and-pepper"])
def test_noise_that_depends_on_the_image_is_not_compared(said, kind):
    lines = said("0", "0.4", "--kind", kind)
    assert "told" not in lines
    figures = said("0", "0.4", "--kind", kind, "--json")
    assert (figures["told_noise_std"], figures["noise_against_told"]) == (None, None)


def test_what_was_told_is_among_the_figures(said):
    figures = said("0", "0.8", "--json")
    assert figures["told_noise_std"] == round(STD, 4)
    assert figures["noise_std"] == pytest.approx(STD, rel=0.1)
    assert figures["noise_against_told"] == "alike"
    assert said("0", "0.4", "--json")["noise_against_told"] == "stronger"
    assert said("0", "2", "--json")["noise_against_told"] == "weaker"


def test_each_page_is_compared_with_what_was_told(said):
    grey = (NOISY[:3] + 0.9) / 2.8  # as floats of a TIFF are, from 0 to 1
    pages = [Image.fromarray(image.astype(np.float32)) for image in grey]
    pages[0].save("scan.tif", save_all=True, append_images=pages[1:])
    figures = said("0", "0.1", "--json", name="scan.tif")
    assert (figures["told_noise_std"], figures["noise_against_told"]) == (0.0577, "stronger")
    pages = [(page["told_noise_std"], page["noise_against_told"]) for page in figures["pages"]]
    assert pages == [(0.0577, "stronger")] * 3


def test_strokes_do_not_pass_for_noise_that_nobody_told(said):
    np.save("clean.npy", DIGITS[:100])
    figures = said("0", "0", "--json", name="clean.npy")
    assert (figures["noise_against_told"], figures["suggested_model"]) == ("alike", None)
    assert "hardly anything was taken away" in said("0", "0", name="clean.npy")


def test_clean_images_that_are_damaged_are_told(said, denoise, tmp_path):
    path = tmp_path / "data" / "clean" / "train_images.npy"
    path.write_bytes(path.read_bytes()[:-100])
    code, *_ = denoise("noisy.npy", "-o", "out", "--known-noise", "0", "0.8")
    assert code == (
        f"denoise: linear learns from clean images, and {path} is damaged: delete it, and run"
        " `make repro`"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("amplitude", [0.1, 0.4, 0.8, 1.5])
def test_a_single_digit_in_noise_that_is_as_told_is_hardly_ever_told_otherwise(amplitude):
    noise = np.random.default_rng(1).uniform(-amplitude, amplitude, DIGITS.shape)
    outcomes = [Outcome(told_noise=amplitude / 3**0.5) for _ in DIGITS]
    for outcome, image in zip(outcomes, DIGITS / 255 + noise, strict=True):
        outcome.add_images(image[np.newaxis], image[np.newaxis])
    assert sum(outcome.noise_against_told != "alike" for outcome in outcomes) <= 0.005 * len(DIGITS)


def test_noise_that_a_picture_cut_off_is_not_told_to_be_weaker(said):
    np.save("noisy.npy", np.rint(np.clip(NOISY, 0, 1) * 255).astype(np.uint8))
    lines = said("0", "0.8")
    assert "cut off at black and white" in lines
    assert STRONGER not in lines
    assert WEAKER not in lines

"""What `--known-noise` tells is compared with the noise that the images seem to have."""

import json

import numpy as np
import pytest

from denoise.datasets.sklearn_digits import find_digits
from tests.denoise.test_main import NOISY

STD = 0.8 / 3**0.5  # of the noise of NOISY
STRONGER, WEAKER = (f"this noise is {w} than --known-noise told" for w in ("stronger", "weaker"))


@pytest.fixture
def said(denoise, monkeypatch, tmp_path):
    """Return what the command says of NOISY: lines, or figures where they are asked for."""
    monkeypatch.setattr("denoise.inference.model_choice.ROOT", tmp_path)
    (tmp_path / "data" / "clean").mkdir(parents=True)
    np.save(tmp_path / "data" / "clean" / "train_images.npy", find_digits()["train_images"])
    np.save("noisy.npy", NOISY)

    def run(*options):
        command = ("noisy.npy", "-o", "out", "--force", "--known-noise")
        code, out, _ = denoise(*command, *options)
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
    assert "was told" not in lines and "told:" not in lines
    assert said("0", "0.4", "--kind", kind, "--json")["told_noise_std"] is None


def test_what_was_told_is_among_the_figures(said):
    figures = said("0", "0.8", "--json")
    assert figures["told_noise_std"] == round(STD, 4)
    assert figures["noise_std"] == pytest.approx(STD, rel=0.1)

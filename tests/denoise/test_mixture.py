"""The mixture of Gaussians: the linear estimator where it is one, and better where it is many."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from denoise.corruption.white_noise import WHITE_NOISE
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation import mixture
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.io.parameters.noise import Level

ROOT = Path(__file__).parents[2]
DIGITS = find_digits()["train_images"]
HELD_OUT = find_digits()["test_images"]
MIXTURE, LINEAR = MixtureDenoiser(DIGITS), LinearDenoiser(DIGITS)


def level(blur, amplitude, kind="uniform"):
    return Level(blur=blur, amplitude=amplitude, kind=kind)


def error(images):
    return np.mean((images - HELD_OUT / 255.0) ** 2)


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_one_component_is_the_linear_estimator(kind, monkeypatch):
    monkeypatch.setattr(mixture, "OWN_AXES", 40)  # of 784, so that the rest counts as well
    strength = level(1.0, 0.6, kind)
    noisy = corrupt_at_level(HELD_OUT[:20], strength, 1, "test/noise")
    one = MixtureDenoiser(DIGITS, components=1).at(strength)(noisy)
    np.testing.assert_allclose(one, LINEAR.at(strength)(noisy), atol=1e-7)


def test_two_gaussians_in_one_pixel_give_the_mean_that_can_be_computed_by_hand():
    random = np.random.default_rng(1)
    dark, bright = random.integers(20, 61, 300), random.integers(170, 251, 700)
    clean = np.concatenate([dark, bright]).astype(np.uint8)[:, np.newaxis, np.newaxis]
    noisy = np.linspace(-0.5, 1.5, 30).reshape(-1, 1, 1)
    variance = 0.6**2 / 3
    weights, means = [], []
    for group in (dark / 255, bright / 255):
        within = group.var()
        together = within + variance
        density = np.exp(-((noisy - group.mean()) ** 2) / (2 * together)) / np.sqrt(together)
        weights.append(len(group) * density)
        means.append(group.mean() + within / together * (noisy - group.mean()))
    expected = np.sum(np.multiply(weights, means), axis=0) / np.sum(weights, axis=0)
    found = MixtureDenoiser(clean, components=2, borrowed=0.0).at(level(0.0, 0.6))(noisy)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_it_beats_the_best_linear_one_on_images_it_has_not_seen(kind):
    strength = level(1.0, 0.4, kind)
    noisy = corrupt_at_level(HELD_OUT, strength, 1, "test/noise")
    assert error(MIXTURE.at(strength)(noisy)) < 0.9 * error(LINEAR.at(strength)(noisy))


def test_it_knows_the_blur():
    strength = level(1.5, 0.02)
    noisy = corrupt_at_level(HELD_OUT, strength, 1, "test/noise")
    assert error(MIXTURE.at(strength)(noisy)) < error(MIXTURE.at(level(0.0, 0.02))(noisy)) / 4


def test_clean_images_stay_as_they_are():
    clean = DIGITS / 255.0
    np.testing.assert_allclose(MIXTURE.at(level(0.0, 0.0))(clean), clean, atol=1e-4)


def test_each_image_is_denoised_alike_whatever_comes_with_it(monkeypatch):
    strength = level(1.0, 0.8)
    noisy = corrupt_at_level(HELD_OUT[:30], strength, 1, "test/noise")
    together = MIXTURE.at(strength)(noisy)
    monkeypatch.setattr(mixture, "BLOCK", 7)
    np.testing.assert_allclose(MIXTURE.at(strength)(noisy), together, atol=1e-12)
    np.testing.assert_allclose(MIXTURE.at(strength)(noisy[3:4]), together[3:4], atol=1e-12)


def test_it_is_the_same_each_time_it_is_fitted():
    strength = level(1.0, 0.8)
    noisy = corrupt_at_level(HELD_OUT[:30], strength, 1, "test/noise")
    again = MixtureDenoiser(DIGITS).at(strength)(noisy)
    np.testing.assert_array_equal(again, MIXTURE.at(strength)(noisy))


FIGURES = """
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation.empirical_prior import EmpiricalPrior
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import measure
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.io.parameters.noise import Level
digits = find_digits()
clean = digits["test_images"][:100]
for estimator in (MixtureDenoiser(digits["train_images"]), EmpiricalPrior(digits["train_images"])):
    for blur, amplitude in ((0.5, 0.4), (1.5, 1.2)):
        level = Level(blur=blur, amplitude=amplitude, kind="uniform")
        denoised = estimator.at(level)(corrupt_at_level(clean, level, 1, "test/noise"))
        print(measure(denoised, clean / 255.0).round(6).to_csv())
"""


def test_no_figure_hangs_on_how_a_processor_adds():
    figures = set()
    for processor in ("Haswell", "Nehalem"):  # the latter adds two numbers at once, not four
        environment = {**os.environ, "OPENBLAS_CORETYPE": processor}
        command = [sys.executable, "-c", FIGURES]
        result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
        figures.add(result.stdout)
    assert len(figures) == 1
    assert len(figures.pop().splitlines()) > 400


@pytest.mark.parametrize("count", [1, 3, 120])
@pytest.mark.parametrize("strength", [level(0.0, 0.0), level(1.0, 0.5, "poisson")])
def test_few_images_of_another_size_are_enough(count, strength):
    clean = DIGITS[:count, 3:25, 2:20]
    noisy = corrupt_at_level(clean, strength, 1, "test/noise")
    result = MixtureDenoiser(clean).at(strength)(noisy)
    assert result.shape == (count, 22, 18)
    assert 0 <= result.min() <= result.max() <= 1


def test_images_that_are_all_alike_are_what_any_noise_hides():
    clean = np.repeat(DIGITS[:1], 200, axis=0)
    strength = level(1.0, 0.8)
    noisy = corrupt_at_level(clean, strength, 1, "test/noise")
    np.testing.assert_allclose(MixtureDenoiser(clean).at(strength)(noisy), clean / 255, atol=1e-6)

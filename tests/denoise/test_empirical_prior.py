"""The training images as the prior: their mean, each weighted by its likelihood."""

import numpy as np
import pytest
from scipy import ndimage

from denoise.corruption.white_noise import WHITE_NOISE
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation import empirical_prior
from denoise.evaluation.empirical_prior import EmpiricalPrior
from denoise.evaluation.levels import corrupt_at_level
from denoise.io.parameters.noise import Level

DIGITS = find_digits()["train_images"]
HELD_OUT = find_digits()["test_images"]
PRIOR = EmpiricalPrior(DIGITS)


def level(blur, amplitude, kind="uniform"):
    return Level(blur=blur, amplitude=amplitude, kind=kind)


# Mean and variance of a noisy grey value, given the blurred one: of amplitude 0.6.
NOISE = {
    "uniform": lambda x: (x, np.full_like(x, 0.12)),
    "gaussian": lambda x: (x, np.full_like(x, 0.12)),
    "poisson": lambda x: (x, 0.12 * x),
    "speckle": lambda x: (x, 0.12 * x**2),
    "salt-and-pepper": lambda x: (0.3 + 0.4 * x, 0.4 * x**2 + 0.3 - (0.3 + 0.4 * x) ** 2),
}


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_of_two_images_it_is_the_mean_that_can_be_computed_by_hand(kind):
    clean = np.array([[[20, 60, 250], [90, 70, 30]], [[30, 70, 230], [80, 75, 40]]], np.uint8)
    noisy = corrupt_at_level(clean.repeat(20, axis=0), level(0.5, 0.6, kind), 1, "test/noise")
    means, variances = NOISE[kind](ndimage.gaussian_filter(clean / 255, (0, 0.5, 0.5)))
    likelihoods = [
        np.exp(-((noisy - mean) ** 2) / (2 * variances.mean(axis=0))).prod(axis=(1, 2))
        for mean in means
    ]
    first = (likelihoods[0] / np.sum(likelihoods, axis=0))[:, np.newaxis, np.newaxis]
    assert np.ptp(first) > 0.02  # the noise leaves some doubt
    expected = (first * clean[0] + (1 - first) * clean[1]) / 255
    found = EmpiricalPrior(clean).at(level(0.5, 0.6, kind))(noisy)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_it_finds_training_images_again_and_likens_others_to_them(kind):
    strength = level(0.5, 0.1, kind)
    noisy = corrupt_at_level(DIGITS[:50], strength, 1, "test/noise")
    np.testing.assert_allclose(PRIOR.at(strength)(noisy), DIGITS[:50] / 255, atol=0.01)
    noisy = corrupt_at_level(HELD_OUT, strength, 1, "test/noise")
    errors = ((PRIOR.at(strength)(noisy) - HELD_OUT / 255.0) ** 2).mean()
    assert errors < ((DIGITS.mean(axis=0) - HELD_OUT) ** 2).mean() / 255**2


def test_in_noise_that_hides_everything_it_is_the_mean_image():
    noisy = corrupt_at_level(HELD_OUT[:3], level(0.0, 1e4), 1, "test/noise")
    mean = np.broadcast_to(DIGITS.mean(axis=0) / 255, noisy.shape)
    np.testing.assert_allclose(PRIOR.at(level(0.0, 1e4))(noisy), mean, atol=0.01)


def test_without_damage_it_is_the_nearest_training_image():
    found = PRIOR.at(level(0.0, 0.0))(HELD_OUT[:20] / 255.0)
    differences = HELD_OUT[:20, np.newaxis] / 255.0 - DIGITS / 255.0
    nearest = DIGITS[(differences**2).sum(axis=(2, 3)).argmin(axis=1)] / 255.0
    np.testing.assert_allclose(found, nearest, atol=1e-6)


def test_each_image_is_denoised_alike_whatever_comes_with_it(monkeypatch):
    strength = level(1.0, 0.8)
    noisy = corrupt_at_level(HELD_OUT[:30], strength, 1, "test/noise")
    together = PRIOR.at(strength)(noisy)
    monkeypatch.setattr(empirical_prior, "BLOCK", 7)
    np.testing.assert_allclose(PRIOR.at(strength)(noisy), together, atol=1e-12)


@pytest.mark.parametrize("strength", [level(0.0, 0.0), level(1.0, 0.5, "poisson")])
def test_one_image_of_another_size_is_all_it_can_say(strength):
    clean = DIGITS[:1, 3:25, 2:20]
    noisy = corrupt_at_level(clean, strength, 1, "test/noise")
    np.testing.assert_allclose(EmpiricalPrior(clean).at(strength)(noisy), clean / 255)

"""The best linear denoiser is just that: no other linear one does better where it was learned."""

import numpy as np
import pytest

from denoise.corruption.white_noise import WHITE_NOISE
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.linear import LinearDenoiser
from denoise.io.parameters.noise import Level

DIGITS = find_digits()["train_images"]
TARGET = DIGITS / 255.0
LINEAR = LinearDenoiser(DIGITS)


def level(blur, amplitude, kind="uniform"):
    return Level(blur=blur, amplitude=amplitude, kind=kind)


def error(images):
    return np.mean((images - TARGET) ** 2)


@pytest.mark.parametrize("kind", WHITE_NOISE)
@pytest.mark.parametrize("blur", [0.0, 1.5])
def test_nothing_linear_near_it_does_better(kind, blur, monkeypatch):
    strength = level(blur, 0.5, kind)
    noisy = corrupt_at_level(DIGITS, strength, 1, "test/noise")
    with monkeypatch.context() as unclipped:  # the estimators themselves
        unclipped.setattr(np, "clip", lambda values, low, high: values)
        best = LINEAR.at(strength)(noisy)
        # The same estimator for noise that is weaker or stronger.
        others = [LINEAR.at(level(blur, 0.5 * f, kind))(noisy) for f in (0.7, 1.4)]
    assert error(best) < error(np.clip(noisy, 0, 1)) / 2
    for other in others:
        assert error(best) < error(other)
    # Least squares leave no correlation between the error and what is given.
    given = (noisy - noisy.mean(axis=0)).reshape(len(noisy), -1)
    left = (best - TARGET).reshape(len(noisy), -1)
    correlation = given.T @ left / len(noisy)
    assert np.abs(correlation).mean() < 0.002


def test_it_knows_the_blur():
    strength = level(1.5, 0.02)
    noisy = corrupt_at_level(DIGITS, strength, 1, "test/noise")
    assert error(LINEAR.at(strength)(noisy)) < error(LINEAR.at(level(0.0, 0.02))(noisy)) / 4


def test_clean_images_stay_as_they_are():
    nothing = level(0.0, 0.0)
    np.testing.assert_allclose(LINEAR.at(nothing)(TARGET), TARGET, atol=1e-4)


def test_the_result_is_in_the_range_of_clean_images_and_has_their_shape():
    noisy = corrupt_at_level(DIGITS[:3], level(0.5, 2.0), 1, "test/noise")
    result = LINEAR.at(level(0.5, 2.0))(noisy)
    assert result.shape == (3, 28, 28)
    assert result.min() >= 0
    assert result.max() <= 1

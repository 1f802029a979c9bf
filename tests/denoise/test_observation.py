"""Estimators that hold matrices of (pixels, pixels) refuse what would take too much memory."""

import tracemalloc

import numpy as np
import pytest

from denoise.evaluation import empirical_prior, linear, mixture
from denoise.evaluation.observation import LARGEST
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level

LEVEL = Level(blur=1.0, amplitude=0.3, kind="gaussian")
ESTIMATORS = {
    linear.LinearDenoiser: linear.MATRICES,
    mixture.MixtureDenoiser: mixture.MATRICES,
    empirical_prior.EmpiricalPrior: empirical_prior.MATRICES,
}


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_as_many_matrices_are_held_as_the_limit_counts(estimator):
    side = 24
    images = np.random.default_rng(0).integers(0, 256, (60, side, side), dtype=np.uint8)
    tracemalloc.start()
    estimator(images).at(LEVEL)(images[:2] / 255)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    held = peak / (8 * side**4)
    assert ESTIMATORS[estimator] - 1.5 < held < ESTIMATORS[estimator] + 1


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_patches_of_the_default_size_fit_and_much_larger_ones_do_not(estimator):
    assert 8 * ESTIMATORS[estimator] * 64**4 < LARGEST
    with pytest.raises(InputError, match=r"images of 128x128 pixels would take \d+ GiB of memory"):
        estimator(np.zeros((2, 128, 128), np.uint8))


@pytest.mark.parametrize(
    ("estimator", "copies", "options"),
    [
        (linear.LinearDenoiser, linear.COPIES, {}),
        (mixture.MixtureDenoiser, mixture.COPIES, {"components": 8}),
        (empirical_prior.EmpiricalPrior, empirical_prior.COPIES, {}),
    ],
)
def test_as_many_copies_of_the_images_are_held_as_the_limit_counts(estimator, copies, options):
    images = np.random.default_rng(0).integers(0, 256, (12_000, 14, 14), dtype=np.uint8)
    tracemalloc.start()
    estimator(images, **options).at(LEVEL)(images[:2] / 255)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert copies - 1 < peak / (8 * images.size) < copies + 0.3

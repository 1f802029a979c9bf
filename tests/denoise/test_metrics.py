"""The figures agree with the libraries that define them."""

import keras
import numpy as np
import pandas as pd
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from denoise.evaluation.metrics import (
    binary_crossentropy,
    means,
    means_with_intervals,
    measure,
    psnr,
    squared_errors,
    ssim,
    target_entropy,
)

RNG = np.random.default_rng(4)
CLEAN = RNG.random((20, 28, 28)) * (RNG.random((20, 28, 28)) > 0.7)
IMAGES = np.clip(CLEAN + RNG.normal(0, 0.2, CLEAN.shape), 0, 1)


def test_psnr_and_ssim_are_scikit_images_image_by_image():
    for number, (image, clean) in enumerate(zip(IMAGES, CLEAN, strict=True)):
        assert psnr(CLEAN, IMAGES)[number] == pytest.approx(
            peak_signal_noise_ratio(clean, image, data_range=1)
        )
        expected = structural_similarity(
            clean,
            image,
            data_range=1,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
        assert ssim(CLEAN, IMAGES)[number] == pytest.approx(expected, abs=1e-12)


def test_cross_entropy_is_keras():
    images = np.clip(IMAGES, 0.01, 0.99)  # Keras clips in float32
    expected = keras.losses.BinaryCrossentropy()(CLEAN, images)
    assert binary_crossentropy(images, CLEAN).mean() == pytest.approx(float(expected), rel=1e-5)


def test_target_entropy_is_what_a_perfect_reconstruction_is_left_with():
    assert target_entropy(CLEAN) == pytest.approx(binary_crossentropy(CLEAN, CLEAN), abs=1e-6)
    assert target_entropy(np.rint(CLEAN)).tolist() == [0] * 20


def test_an_untouched_image_has_the_capped_psnr():
    assert psnr(CLEAN, CLEAN).tolist() == [100.0] * 20
    assert ssim(CLEAN, CLEAN) == pytest.approx(np.ones(20))
    assert squared_errors(CLEAN, CLEAN).max() == 0


def test_legibility_is_the_share_read_correctly():
    readings = np.eye(10)[[3] * 20]
    labels = np.array([3] * 15 + [8] * 5)
    assert means(measure(IMAGES, CLEAN, labels, readings))["legibility"] == 0.75


def test_intervals_are_those_of_the_mean():
    readings = np.eye(10)[[3] * 20]
    labels = np.array([3] * 15 + [8] * 5)
    figures = pd.concat([measure(IMAGES, CLEAN, labels, readings)] * 20)  # 300 of 400 read
    found = means_with_intervals(figures)
    reach = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    assert found["legibility"] == 0.75
    assert found["legibility_low"] == pytest.approx(0.75 - reach, abs=0.006)
    assert found["legibility_high"] == pytest.approx(0.75 + reach, abs=0.006)
    assert found["psnr_low"] < found["psnr"] < found["psnr_high"]
    assert found == means_with_intervals(figures)


def test_even_if_every_digit_is_read_the_next_may_not_be():
    figures = measure(IMAGES, CLEAN, np.full(20, 3), np.eye(10)[[3] * 20])
    found = means_with_intervals(figures)
    assert found["legibility"] == found["legibility_high"] == 1
    assert found["legibility_low"] == pytest.approx(0.84, abs=0.01)


def test_another_range_is_scikit_images_too():
    grey, other = CLEAN * 255, IMAGES * 255
    assert psnr(grey, other, data_range=255) == pytest.approx(psnr(CLEAN, IMAGES))
    assert ssim(grey, other, data_range=255) == pytest.approx(ssim(CLEAN, IMAGES))

"""Intervals hold what they promise, of images whose errors are known."""

import numpy as np
import pytest
from scipy.stats import norm

from denoise.io.errors import InputError
from denoise.uncertainty.conformal import (
    calibrate_intervals,
    choose_floor,
    conformal_factor,
    share_of_each,
)
from denoise.uncertainty.coverage import measure_coverage

SHAPE = (12, 12)
INK = np.zeros(SHAPE, bool)
INK[3:9, 3:9] = True


def images(count, seed, spread=0.0):
    """Errors, deviations and ink: normal errors of the deviation, times each image's own scale."""
    random = np.random.default_rng(seed)
    deviation = random.uniform(0.01, 0.1, (count, *SHAPE))
    scale = np.exp(spread * random.standard_normal((count, 1, 1)))
    errors = np.abs(random.standard_normal((count, *SHAPE))) * deviation * scale
    return errors, deviation, np.broadcast_to(INK, (count, *SHAPE))


@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_the_factor_is_the_quantile_where_that_is_known(coverage):
    errors, deviation, ink = images(4000, 1)
    everywhere = np.ones_like(ink)  # no pixel without ink: one share an image
    factor = conformal_factor(errors, deviation, everywhere, 1e-9, coverage)
    assert factor == pytest.approx(norm.ppf((1 + coverage) / 2), rel=0.01)


def test_new_images_are_covered_in_the_mean_however_few_calibrate():
    shares = []
    for seed in range(60):
        factor = conformal_factor(*images(40, seed, spread=1.0), 0.001, 0.9)
        errors, deviation, ink = images(60, 1000 + seed, spread=1.0)
        within = errors <= factor * (deviation + 0.001)
        shares.append([share_of_each(within, part).mean() for part in (ink, ~ink)])
    assert np.mean(shares, axis=0).min() >= 0.9


def test_images_are_exchangeable_and_pixels_are_not():
    """Five images promise less than five times 144 pixels would: the factor is larger."""
    errors, deviation, ink = images(400, 3, spread=1.0)
    few = [
        conformal_factor(errors[n : n + 20], deviation[n : n + 20], ink[:20], 0.001, 0.9)
        for n in range(0, 400, 20)
    ]
    assert np.mean(few) > 1.2 * conformal_factor(errors, deviation, ink, 0.001, 0.9)


def test_black_paper_buys_no_coverage_of_ink():
    errors, deviation, ink = images(2000, 4)
    errors[:, ~INK] = 0.0
    factor = conformal_factor(errors, deviation, ink, 1e-9, 0.9)
    assert factor > norm.ppf(0.95)
    within = measure_coverage(errors, factor * deviation, ink)
    assert within["within_ink"].mean() == pytest.approx(0.9, abs=0.01)
    assert within["within_paper"].mean() == 1
    assert within["within_all"].mean() == pytest.approx(1 - 0.1 * INK.mean(), abs=0.01)


def test_images_without_ink_are_covered_as_paper():
    errors, deviation, _ = images(2000, 5)
    nothing = np.zeros_like(errors, bool)
    factor = conformal_factor(errors, deviation, nothing, 1e-9, 0.9)
    assert factor == pytest.approx(norm.ppf(0.95), rel=0.02)
    within = measure_coverage(errors, factor * deviation, nothing)
    assert (within["within_ink"] == 1).all()
    assert (within["half_width_ink"] == 0).all()


def test_the_floor_is_there_for_members_that_agree_and_are_wrong():
    random = np.random.default_rng(6)
    errors, ink = random.uniform(0, 0.1, (500, *SHAPE)), np.broadcast_to(INK, (500, *SHAPE))
    agreed = np.where(random.random(errors.shape) < 0.5, 0.0, 0.05)
    assert choose_floor(errors, agreed, ink, 0.9) == 0.1
    telling = errors / 2
    assert choose_floor(errors, telling, ink, 0.9) == 0.0005


def test_half_of_the_images_choose_the_floor_and_the_others_the_factor():
    random = np.random.default_rng(7)
    clean = np.where(INK, 0.8, 0.0) * np.ones((1000, 1, 1))
    errors, deviation, ink = images(1000, 8)
    errors = errors.clip(0, 0.2)
    mean = clean + errors * random.choice([-1, 1], errors.shape)
    intervals = calibrate_intervals(mean, deviation, clean, 0.9)
    half = (errors[500:], deviation[500:], ink[500:])
    assert intervals.factor == conformal_factor(*half, intervals.floor, 0.9)
    assert intervals.floor == choose_floor(errors[:500], deviation[:500], ink[:500], 0.9)
    assert intervals.coverage == 0.9


def test_the_images_that_calibrate_the_factor_have_no_say_in_the_floor():
    random, clean = np.random.default_rng(10), np.where(INK, 0.5, 0.0) * np.ones((600, 1, 1))
    errors = random.uniform(0, 0.1, clean.shape)
    blind = np.where(random.random(errors.shape) < 0.5, 0.0, 0.05)  # these need a floor
    deviation = np.where(np.arange(600)[:, None, None] < 300, blind, errors / 2)
    for floor, order in ((0.1, slice(None)), (0.0005, slice(None, None, -1))):
        mean = (clean + errors)[order]
        assert calibrate_intervals(mean, deviation[order], clean, 0.9).floor == floor


def test_too_few_images_promise_nothing():
    with pytest.raises(InputError, match=r"^8 images are too few .* 0\.9, which takes 9$"):
        conformal_factor(*images(8, 1), 0.001, 0.9)
    assert conformal_factor(*images(9, 1), 0.001, 0.9) > 0


def test_coverage_is_measured_image_by_image():
    errors = np.zeros((2, 2, 2))
    errors[0, 0] = 0.3, 0.5
    ink = np.zeros((2, 2, 2), bool)
    ink[0, 0] = True
    found = measure_coverage(errors, np.full((2, 2, 2), 0.4), ink)
    assert found["within_ink"].to_list() == [0.5, 1.0]
    assert found["within_all"].to_list() == [0.75, 1.0]
    assert found["half_width_ink"].to_list() == pytest.approx([0.4, 0.0])

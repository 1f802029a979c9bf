"""Each classical denoiser removes noise, is tuned for it, and leaves a clean image alone."""

import numpy as np
import pytest

from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation.blind import choose_blindly, estimate_corruption
from denoise.evaluation.classical import DENOISERS, Corruption, denoise, tune
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import psnr
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level
from denoise.storage.metric_files import read_table
from tests.stages.small_run import ROOT

DIGITS = find_digits()["train_images"][:40]
TARGET = DIGITS / 255.0
FILTERS = [denoiser for denoiser in DENOISERS if denoiser.name != "noisy"]
BY_NAME = {denoiser.name: denoiser for denoiser in DENOISERS}


def noisy_digits(blur, amplitude, kind="uniform"):
    level = Level(blur=blur, amplitude=amplitude, kind=kind)
    return corrupt_at_level(DIGITS, level, 1, "test/noise"), Corruption.of(level)


def gain(result, noisy):
    before = np.clip(noisy[20:], 0, 1)
    return psnr(TARGET[20:], result).mean() - psnr(TARGET[20:], before).mean()


@pytest.mark.parametrize("denoiser", FILTERS, ids=lambda denoiser: denoiser.name)
def test_a_filter_improves_a_noisy_image_it_was_tuned_for(denoiser):
    noisy, corruption = noisy_digits(0.0, 0.8)
    value = tune(denoiser, noisy[:20], TARGET[:20], corruption)
    result = denoise(denoiser, noisy[20:], corruption, value)
    assert result.min() >= 0
    assert result.max() <= 1
    assert gain(result, noisy) > 1


@pytest.mark.parametrize("denoiser", DENOISERS, ids=lambda denoiser: denoiser.name)
def test_a_clean_image_is_best_left_untouched(denoiser):
    nothing = Corruption(0.0, 0.0)
    value = tune(denoiser, TARGET, TARGET, nothing)
    np.testing.assert_array_equal(denoise(denoiser, TARGET, nothing, value), TARGET)


def test_tuning_picks_the_best_of_the_grid():
    gaussian = BY_NAME["gaussian"]
    noisy, known = noisy_digits(0.0, 1.2)
    scores = {v: psnr(TARGET, denoise(gaussian, noisy, known, v)).mean() for v in gaussian.grid}
    assert tune(gaussian, noisy, TARGET, known) == max(scores, key=scores.get)


def test_deconvolution_alone_undoes_a_blur_it_is_told():
    blurred, corruption = noisy_digits(1.0, 0.02)
    errors = {}
    for denoiser in FILTERS:
        value = tune(denoiser, blurred[:20], TARGET[:20], corruption)
        errors[denoiser.name] = gain(denoise(denoiser, blurred[20:], corruption, value), blurred)
    best = errors.pop("deconvolution")
    assert best > max(errors.values()) + 3
    untold = Corruption(0.0, corruption.noise_std)
    value = tune(BY_NAME["deconvolution"], blurred[:20], TARGET[:20], untold)
    result = denoise(BY_NAME["deconvolution"], blurred[20:], untold, value)
    assert gain(result, blurred) < best - 3


@pytest.mark.parametrize("amplitude", [0.2, 0.8, 1.6])
def test_a_choice_made_blindly_is_nearly_as_good_as_the_best_that_was_told(amplitude):
    noisy, known = noisy_digits(0.0, amplitude)
    denoiser, value, estimate = choose_blindly(noisy[:20])
    assert estimate.noise_std == pytest.approx(known.noise_std, rel=0.2)
    chosen = gain(denoise(denoiser, noisy[20:], estimate, value), noisy)
    told = []
    for other in FILTERS:
        tuned = tune(other, noisy[:20], TARGET[:20], known)
        told.append(gain(denoise(other, noisy[20:], known, tuned), noisy))
    assert chosen > 0
    assert chosen > max(told) - 1.5


def test_images_of_one_grey_value_tell_nothing_of_the_noise():
    noisy, corruption = noisy_digits(0.0, 0.8)
    noisy[3], noisy[5] = 0.0, 0.3
    found = estimate_corruption(noisy)
    assert found == estimate_corruption(np.delete(noisy, [3, 5], axis=0))
    assert found.noise_std == pytest.approx(corruption.noise_std, rel=0.1)
    denoiser, value, estimate = choose_blindly(noisy[:10])
    assert gain(denoise(denoiser, noisy[20:], estimate, value), noisy) > 1
    with pytest.raises(InputError, match="first 2 noisy training images cannot be estimated"):
        estimate_corruption(noisy[[3, 5]])


@pytest.mark.parametrize("path", sorted(ROOT.glob("metrics/baselines/*.csv")), ids=lambda p: p.stem)
def test_no_filter_takes_its_strongest_setting(path):
    chosen = read_table(path).set_index("method")["value"]
    assert {name for name in BY_NAME if name != "noisy"} <= {*chosen.index}
    at_the_end = [
        each.name for each in FILTERS if len(each.grid) > 1 and chosen[each.name] == each.grid[-1]
    ]
    assert at_the_end == []

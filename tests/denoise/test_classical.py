"""Each classical denoiser removes noise, is tuned for it, and leaves a clean image alone."""

import numpy as np
import pytest

from denoise.classical import DENOISERS, denoise, tune
from denoise.digits import find_digits
from denoise.levels import corrupt_at_level
from denoise.parameters import Level
from denoise.quality import psnr

DIGITS = find_digits()["train_images"][:40]
TARGET = DIGITS / 255.0
FILTERS = [denoiser for denoiser in DENOISERS if denoiser.name != "noisy"]


@pytest.mark.parametrize("denoiser", FILTERS, ids=lambda denoiser: denoiser.name)
def test_a_filter_improves_a_noisy_image_it_was_tuned_for(denoiser):
    noisy = corrupt_at_level(DIGITS, Level(blur=0.0, amplitude=0.8), 1, "test/noise")
    deviation = 0.8 / np.sqrt(3)
    value = tune(denoiser, noisy[:20], TARGET[:20], deviation)
    result = denoise(denoiser, noisy[20:], deviation, value)
    assert result.min() >= 0
    assert result.max() <= 1
    gain = psnr(result, TARGET[20:]).mean() - psnr(np.clip(noisy[20:], 0, 1), TARGET[20:]).mean()
    assert gain > 1


@pytest.mark.parametrize("denoiser", DENOISERS, ids=lambda denoiser: denoiser.name)
def test_a_clean_image_is_best_left_untouched(denoiser):
    value = tune(denoiser, TARGET, TARGET, 0.0)
    np.testing.assert_array_equal(denoise(denoiser, TARGET, 0.0, value), TARGET)


def test_tuning_picks_the_best_of_the_grid():
    gaussian = next(denoiser for denoiser in DENOISERS if denoiser.name == "gaussian")
    noisy = corrupt_at_level(DIGITS, Level(blur=0.0, amplitude=1.2), 1, "test/noise")
    scores = {v: psnr(denoise(gaussian, noisy, 0.7, v), TARGET).mean() for v in gaussian.grid}
    assert tune(gaussian, noisy, TARGET, 0.7) == max(scores, key=scores.get)

"""Noise that was cut off at black and white, with no clean pictures, is told."""

import re

import numpy as np
import pandas as pd
import pytest

from denoise.datasets.clipping import TOLERATED, clipped_share, tell_clipped
from denoise.evaluation.metrics import means, squared_errors
from denoise.evaluation.without_clean import measure_by_copy
from denoise.reporting import figures
from denoise.storage.arrays import write_arrays

STD = 25 / 255
RANDOM = np.random.default_rng(0)


def pages(white):
    """Clean pages of which some pixels are white and the others grey, and two noisy pictures."""
    clean = np.where(RANDOM.random((60, 64, 64)) < white, 1.0, 0.5)
    noisy = clean + RANDOM.normal(0, STD, (2, *clean.shape))
    return clean, np.uint8(np.rint(np.clip(noisy, 0, 1) * 255))


def prepared(folder, train, test, **more):
    write_arrays({"train_noisy": train, "test_noisy": test, **more}, folder)
    return tell_clipped(folder)


def test_what_was_cut_off_is_told_with_its_share(tmp_path):
    (_, much), (clean, none) = pages(0.5), pages(0.0)
    said = prepared(tmp_path / "a", none, much)
    assert re.search(r"0\.0% of those to train on and 2[45]\.\d% of those to test on", said)
    assert said.endswith("keep such pictures from touching 0 and 255")
    assert prepared(tmp_path / "b", none, none) is None
    arrays = {f"{part}_images": np.uint8(clean * 255) for part in ("train", "test")}
    assert prepared(tmp_path / "c", much, much, **arrays) is None  # nothing is estimated


def test_where_nothing_is_told_an_estimate_is_right_to_a_fifth_of_a_decibel():
    for white, wrong in ((2 * TOLERATED, (0.05, 0.2)), (0.5, (2.0, 3.0))):
        clean, noisy = pages(white)
        share = clipped_share(noisy)
        assert share == pytest.approx(white / 2, rel=0.05)
        first, second = noisy / 255
        denoised = clean + RANDOM.normal(0, STD * 0.1**0.5, clean.shape)  # 10 dB less noise
        estimated = means(measure_by_copy(denoised, first, second))["psnr_estimate"]
        true = -10 * np.log10(squared_errors(clean, denoised).mean())
        assert wrong[0] < true - estimated < wrong[1]


def test_the_figure_of_the_loss_calls_no_noisy_picture_clean(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(figures, "save_figure", lambda figure, path: drawn.append(figure))
    curve = pd.DataFrame({"epoch": [1, 2], "loss": 1.0, "val_noisy_loss": 1.0, "val_loss": 1.0})
    for clean in (True, False):
        figures.draw_loss_curves(curve, clean, tmp_path / "loss.png")
    of_clean, of_noisy = ([text.get_text() for text in f.axes[0].get_legend().texts] for f in drawn)
    assert of_clean[1:] == ["test images, noisy", "test images, clean (as in the article)"]
    assert not any("clean" in label for label in of_noisy)

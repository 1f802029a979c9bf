"""Confidences are calibrated, and readings that are not sure are left out."""

import json

import numpy as np
import pytest

from denoise.inference.reading import DigitReader
from denoise.io.errors import InputError
from denoise.storage.metric_files import write_json
from denoise.uncertainty.confidence import (
    Confidence,
    ReadingCalibration,
    as_mapping,
    read_calibration,
    temper,
)
from denoise.uncertainty.reading_calibration import (
    best_temperature,
    calibrate_readings,
    calibration_error,
    least_confidence,
    measure_readings,
    risk_coverage,
    wrong_when_refused,
)

RANDOM = np.random.default_rng(0)
TRUE = temper(np.exp(2 * RANDOM.standard_normal((40_000, 10))), 1.0)  # what is to be said
LABELS = (RANDOM.random((40_000, 1)) > TRUE.cumsum(axis=1)).sum(axis=1).clip(max=9)
TOO_SURE = temper(TRUE, 0.5)  # and what a classifier says
RIGHT = TRUE.argmax(axis=1) == LABELS
CONFIDENCE = TRUE.max(axis=1)


def test_the_temperature_undoes_what_made_a_classifier_too_sure():
    assert best_temperature(TOO_SURE, LABELS) == pytest.approx(2.0, rel=0.02)
    assert best_temperature(TRUE, LABELS) == pytest.approx(1.0, rel=0.02)
    digits, confidence = Confidence(2.0, 0.0).read(TOO_SURE)
    np.testing.assert_array_equal(digits, TOO_SURE.argmax(axis=1))
    np.testing.assert_allclose(confidence, CONFIDENCE, atol=1e-6)
    assert calibration_error(RIGHT, confidence) < 0.01
    assert calibration_error(RIGHT, TOO_SURE.max(axis=1)) > 0.1


def test_a_probability_of_zero_is_no_impossibility():
    tempered = temper(np.array([[1.0, 0.0]]), 2.0)
    assert 0 < tempered[0, 1] < 0.01


def test_the_least_confidence_leaves_few_errors():
    chosen = np.arange(40_000) < 20_000
    found = calibrate_readings(TOO_SURE, LABELS, chosen, 0.05)
    digits, confidence = found.read(TOO_SURE[~chosen])
    right = digits == LABELS[~chosen]
    assert 1 - right[confidence >= found.least].mean() <= 0.05
    assert 1 - right[confidence >= found.least - 0.01].mean() > 0.05
    assert least_confidence(np.ones(9, bool), np.full(9, 0.3), 0.05) == 0.0
    assert least_confidence(np.zeros(9, bool), np.full(9, 0.3), 0.05) == 1.0


def test_errors_that_remain_are_those_of_the_surer_readings():
    right = np.array([False, True, True, False, True])
    confidence = np.array([0.2, 0.9, 0.8, 0.3, 0.7])
    assert wrong_when_refused(right, confidence, 0.0) == pytest.approx(0.4)
    assert wrong_when_refused(right, confidence, 0.2) == pytest.approx(0.25)
    assert wrong_when_refused(right, confidence, 0.4) == 0.0
    refused, wrong = risk_coverage(right, confidence)
    np.testing.assert_allclose(refused, [0, 0.2, 0.4, 0.6, 0.8])
    np.testing.assert_allclose(wrong, [0.4, 0.25, 0, 0, 0])
    figures = measure_readings(right, confidence, 0.3)
    assert figures["left_out"] == pytest.approx(0.2)
    assert figures["wrong_of_given"] == pytest.approx(0.25)
    assert figures["confidence"] == pytest.approx(0.58)
    assert np.isnan(measure_readings(right, confidence, 0.95)["wrong_of_given"])


def test_a_calibration_is_read_as_it_was_written(tmp_path):
    calibration = ReadingCalibration(Confidence(1.5, 0.8), Confidence(1.7, 0.85))
    write_json(as_mapping(calibration), tmp_path / "calibration.json")
    assert read_calibration(tmp_path / "calibration.json") == calibration
    assert read_calibration(tmp_path / "nothing.json") is None
    write_json({}, tmp_path / "calibration.json")  # of data without labels
    assert read_calibration(tmp_path / "calibration.json") is None


@pytest.mark.parametrize("content", ["", "[1]", '{"ensemble": {}}', '{"single": {"least": 1}}'])
def test_a_damaged_calibration_is_told(tmp_path, content):
    path = tmp_path / "calibration.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is damaged: restore it with git"):
        read_calibration(path)


def test_images_of_an_ensemble_are_read_by_its_own_calibration():
    calibration = ReadingCalibration(Confidence(1.0, 0.5), Confidence(2.0, 0.5))
    reader = DigitReader(lambda images: TOO_SURE[: len(images)], calibration)
    images = np.zeros((100, 28, 28))
    of_ensemble, single = reader(images, True), reader(images, False)
    np.testing.assert_allclose(of_ensemble.confidence, TOO_SURE[:100].max(axis=1), atol=1e-6)
    np.testing.assert_allclose(single.confidence, CONFIDENCE[:100], atol=1e-6)
    np.testing.assert_array_equal(single.accepted, single.confidence >= 0.5)
    assert single.accepted.sum() < of_ensemble.accepted.sum() < 100
    everything = DigitReader(lambda images: TOO_SURE[: len(images)], calibration, 0.0)
    assert everything(images, False).accepted.all()


def test_without_a_calibration_all_is_read_and_none_says_how_sure():
    found = DigitReader(lambda images: TOO_SURE[: len(images)], None)(np.zeros((9, 28, 28)), True)
    assert found.confidence is None
    assert found.accepted.all()
    assert json.dumps(found.digits.tolist()) == json.dumps(TOO_SURE[:9].argmax(axis=1).tolist())

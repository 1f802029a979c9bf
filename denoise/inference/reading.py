"""Reading denoised digits, and leaving out what is not sure enough."""

from dataclasses import dataclass

import numpy as np

from denoise.inference.api import ENSEMBLE, MODELS, ROOT, ensemble_names
from denoise.inference.denoiser import Size, input_size
from denoise.io.dvc_files import studies_use_same_data
from denoise.io.errors import InputError
from denoise.io.parameters.studies import STUDIES, read_studies
from denoise.onnx_model import OnnxModel
from denoise.uncertainty.confidence import ReadingCalibration, read_calibration, temper

CLASSIFIER = MODELS / "classifier" / "model.onnx"
READINGS = ROOT / "studies" / "readings"


@dataclass(frozen=True)
class Readings:
    """Digits read in some images, and how sure each is.

    ``probabilities`` are those of all classes, (n, classes); ``confidence`` is that each digit is
    right, (n,), and None where nothing is known of it; ``accepted`` says which are sure enough.
    """

    probabilities: np.ndarray
    digits: np.ndarray
    confidence: np.ndarray | None
    accepted: np.ndarray


class DigitReader:
    """Reads what denoisers leave.

    Parameters
    ----------
    classifier : OnnxModel
        From images to probabilities of digits.
    calibration : ReadingCalibration or None
        How sure its readings are; where this is None, all are given, and none says how sure.
    least : float or None
        The confidence below which a reading is left out; the calibration's own where it is None.
    """

    def __init__(
        self,
        classifier: OnnxModel,
        calibration: ReadingCalibration | None,
        least: float | None = None,
    ) -> None:
        self._classifier, self._calibration, self._least = classifier, calibration, least

    def __call__(self, images: np.ndarray, from_ensemble: bool) -> Readings:
        """Read (n, height, width) images that an ensemble, or one network, has denoised."""
        probabilities = self._classifier(images)
        if self._calibration is None:
            digits = probabilities.argmax(axis=1)
            return Readings(probabilities, digits, None, np.ones(len(digits), bool))
        kind = self._calibration.ensemble if from_ensemble else self._calibration.single
        tempered = temper(probabilities, kind.temperature)
        digits, confidence = tempered.argmax(axis=1), tempered.max(axis=1)
        least = kind.least if self._least is None else self._least
        return Readings(tempered, digits, confidence, confidence >= least)


def digit_reader(size: Size | None, least: float | None) -> DigitReader | None:
    """Return what reads digits of a size; None where there is none.

    Parameters
    ----------
    size : tuple or None
        Height and width of the images; None where they may be of any.
    least : float or None
        See `DigitReader`.

    Raises
    ------
    InputError
        When the classifier is damaged, or readings are to be left out and nobody knows how sure
        they are.
    """
    classifier = OnnxModel(CLASSIFIER) if CLASSIFIER.exists() else None
    if classifier and input_size(classifier) == size:
        calibration = reading_calibration()
        if calibration or least is None:
            return DigitReader(classifier, calibration, least)
        raise InputError(
            "--min-confidence needs to know how sure readings are, which `make ensembles` finds"
        )
    if least is not None:
        raise InputError("--min-confidence is for digits that a classifier reads: there is none")
    return None


def reading_calibration() -> ReadingCalibration | None:
    """Return how sure the pipeline's classifier is; None where that is not known.

    So it is where the studies learned from other images than the pipeline.
    """
    try:
        key = ensemble_names(read_studies(ROOT / STUDIES)).get(ENSEMBLE)
    except InputError:  # it is said by whatever needs the parameters
        return None
    if key is None or not studies_use_same_data(ROOT):
        return None
    return read_calibration(READINGS / key / "calibration.json")

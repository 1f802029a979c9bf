"""How sure a reading of a digit is: the classifier's probabilities, calibrated by a temperature.

After C. Guo et al., "On Calibration of Modern Neural Networks" (2017).
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from denoise.io.errors import InputError

SMALLEST = 1e-12  # probability that a logarithm is taken of


@dataclass(frozen=True)
class Confidence:
    """How confident readings are of images that denoisers of one kind leave.

    ``temperature`` divides the logarithms of the classifier's probabilities; a reading less
    confident than ``least`` is left out unless a user says otherwise.
    """

    temperature: float
    least: float

    def read(self, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the digits read, and the confidence that each is right.

        Parameters
        ----------
        probabilities : (n, classes) float array
            The classifier's.

        Returns
        -------
        digits : (n,) int array
        confidence : (n,) float64 array
            In [0, 1].
        """
        tempered = temper(probabilities, self.temperature)
        return tempered.argmax(axis=1), tempered.max(axis=1)


@dataclass(frozen=True)
class ReadingCalibration:
    """What is known of readings: of images from an ensemble, and of those from one network."""

    ensemble: Confidence
    single: Confidence


def temper(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities whose logarithms are divided by a temperature; (n, classes) float64."""
    logits = np.log(np.maximum(probabilities.astype(np.float64), SMALLEST)) / temperature
    tempered = np.exp(logits - logits.max(axis=1, keepdims=True))
    return tempered / tempered.sum(axis=1, keepdims=True)


def as_mapping(calibration: ReadingCalibration) -> dict[str, dict[str, float]]:
    """Return what a file has to say for `read_calibration` to read it."""
    return asdict(calibration)


def read_calibration(path: Path) -> ReadingCalibration | None:
    """Read what the stage reading left; None where there is none, as data without labels has.

    Raises
    ------
    InputError
        When the file is damaged.
    """
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not content:
            return None
        return ReadingCalibration(**{kind: Confidence(**part) for kind, part in content.items()})
    except (ValueError, TypeError, AttributeError):
        raise InputError(
            f"{path} is damaged: restore it with git, or run `make ensembles`"
        ) from None

"""Running an ensemble: denoised images, and for each pixel how far off it may be."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from denoise.io.errors import InputError
from denoise.onnx_model import BATCH, OnnxModel

KEY = "intervals"  # in the metadata of an .onnx file
WIDEST = 1.0  # of half-widths: clean grey values, and denoised ones, lie in [0, 1]


@dataclass(frozen=True)
class Intervals:
    """How an interval follows from the members' standard deviation at a pixel.

    Its half-width is ``factor * (deviation + floor)``, at most 1, in grey values of [0, 1];
    ``coverage`` is the share of pixels that lie within, see `denoise.uncertainty.conformal`.
    """

    coverage: float
    factor: float
    floor: float

    def half_widths(self, deviation: np.ndarray) -> np.ndarray:
        """Return the half-widths for standard deviations, float32 of the same shape."""
        widths = self.factor * (deviation.astype(np.float64) + self.floor)
        return np.minimum(widths, WIDEST).astype(np.float32)

    def as_metadata(self) -> dict[str, str]:
        """Return what an .onnx file's metadata has to say for `EnsembleModel` to read it."""
        return {KEY: json.dumps(asdict(self), sort_keys=True)}


class EnsembleModel(OnnxModel):
    """A denoiser from an ``.onnx`` file, which may be an ensemble.

    ``intervals`` tells how sure it is, and is None where the file says nothing of that.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    InputError
        When it is no model, or says of its intervals what cannot be.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        written = self._session.get_modelmeta().custom_metadata_map.get(KEY)
        self.intervals = None if written is None else _read(written, path)

    def with_deviation(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the members' mean and standard deviation for (n, height, width) float images.

        Returns
        -------
        mean, deviation : (n, height, width) float32 arrays
            Grey values.
        """
        (given,) = self._session.get_inputs()
        parts = []
        for first in range(0, max(len(images), 1), BATCH):
            batch = images[first : first + BATCH, ..., np.newaxis].astype(np.float32)
            parts.append(self._session.run(["output", "deviation"], {given.name: batch}))
        mean, deviation = (np.concatenate(part)[..., 0] for part in zip(*parts, strict=True))
        return mean, deviation


def _read(written: str, path: Path) -> Intervals:
    try:
        intervals = Intervals(**json.loads(written))
        sound = 0 < intervals.coverage < 1 and intervals.factor > 0 and intervals.floor >= 0
    except (ValueError, TypeError):
        sound = False
    if not sound:
        raise InputError(f"{path} says of its intervals what cannot be: {written}")
    return intervals

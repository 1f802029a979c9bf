"""What the page asks for: one digit, made noisy, denoised in every way, and read."""

from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from apps.demo.estimators import Estimators
from apps.demo.request import DenoiseRequest
from denoise.analysis.latent_code import Code, has_code
from denoise.corruption.corrupt import corrupt
from denoise.evaluation.classical import DENOISERS, Corruption, denoise
from denoise.evaluation.metrics import psnr
from denoise.inference.advice import read_advice
from denoise.inference.api import DEFAULT, committed_models, load_model
from denoise.inference.framing import MNIST
from denoise.inference.known_noise import ESTIMATORS
from denoise.inference.noise_report import NoiseReport
from denoise.inference.reading import DigitReader, reading_calibration
from denoise.io.errors import InputError
from denoise.io.parameters.noise import SALT_AND_PEPPER, Level
from denoise.io.parameters.pipeline import Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.uncertainty_tables import within_trained
from denoise.seeding import seed_sequence
from denoise.storage.metric_files import read_table

FILTERS = {denoiser.name: denoiser for denoiser in DENOISERS if denoiser.name != "noisy"}


class Playground:
    """Models and filters, loaded once.

    Parameters
    ----------
    parameters : Parameters
        Of the pipeline.
    root : Path
        The repository, in which the pipeline has run.
    """

    def __init__(self, parameters: Parameters, root: Path) -> None:
        self._parameters, self._root = parameters, root
        classifier = root / "models" / "classifier" / "model.onnx"
        if not classifier.exists():
            raise InputError("the demo reads digits, and the pipeline's data has no labels")
        self._read = DigitReader(OnnxModel(classifier), reading_calibration())
        paths = committed_models()
        self._advice = read_advice(root)
        models = {name: load_model(name) for name in paths}
        self.models = {
            name: model
            for name, model in models.items()
            if model.size == MNIST and not model.tiles  # the model of pictures is for no digits
        }
        if DEFAULT in models and DEFAULT not in self.models:
            taken = "x".join(map(str, models[DEFAULT].size))
            raise InputError(f"the demo is for images of 28x28 pixels; {DEFAULT} takes {taken}")
        self.filters = list(FILTERS)
        training_images = root / "data" / "clean" / "train_images.npy"
        if training_images.exists():
            self.learn_from(np.load(training_images))
        self._codes = {name: Code(paths[name]) for name in self.models if has_code(paths[name])}

    def learn_from(self, clean: np.ndarray) -> None:
        """Offer the estimators that learn from (n, 28, 28) uint8 images, each when it is chosen."""
        self._estimators = Estimators(clean)
        self.filters = [*FILTERS, *ESTIMATORS]

    @cached_property
    def test_images(self) -> np.ndarray:
        """(n, 28, 28) uint8 test digits; none where the pipeline has not prepared them."""
        path = self._root / "data" / "clean" / "test_images.npy"
        return np.load(path, mmap_mode="r") if path.exists() else np.empty((0, 28, 28), np.uint8)

    @cached_property
    def _tuned(self) -> pd.DataFrame:
        """What each filter's parameter was tuned to at every level."""
        rows = []
        for name, level in self._parameters.levels.items():
            table = read_table(self._root / "metrics" / "baselines" / f"{name}.csv")
            rows.append(table.assign(level=name, blur=level.blur, amplitude=level.amplitude))
        return pd.concat(rows)

    def show(self, clean: np.ndarray, request: DenoiseRequest) -> dict:
        """Return all pictures and figures of one digit.

        Parameters
        ----------
        clean : (28, 28) uint8 array
        request : DenoiseRequest
            What to do to it, and what with.

        Returns
        -------
        dict
            Pictures as lists of 784 grey values of 0 to 255, the classifier's ten probabilities of
            each and whether it is sure enough to read it, their PSNR in dB, the residual as a
            picture, half grey where nothing was changed, how far off each pixel may be as another,
            or None, what the image tells of its noise, the code as 8 maps of 16 values, or None.
        """
        level, noisy = _corrupted(clean, request)
        filtered, tuned_at = self._filtered(request.filter, level, noisy)
        model = self.models[request.model]
        pictures = {
            "clean": clean[np.newaxis] / 255.0,
            "noisy": noisy,
            "denoised": model(noisy),
            "filtered": filtered,
        }
        report = NoiseReport()
        report.add(noisy, pictures["denoised"])
        return {
            "pictures": {name: _bytes(picture[0]) for name, picture in pictures.items()},
            "readings": {
                name: self._reading(picture, model.intervals is not None)
                for name, picture in pictures.items()
            },
            "psnr": {
                name: round(float(psnr(pictures["clean"], np.clip(picture, 0, 1))[0]), 2)
                for name, picture in pictures.items()
            },
            "residual": _bytes(0.5 + (noisy - pictures["denoised"])[0] / 2),
            **self._uncertainty(request.model, noisy, level),
            "noise": self._noise(request.model, level, report),
            "code": self._code(request.model, noisy),
            "tuned_at": tuned_at,
        }

    def _filtered(
        self, name: str, level: Level, noisy: np.ndarray
    ) -> tuple[np.ndarray, str | None]:
        """Denoise without a network; and the level that the filter is tuned to, if it is one."""
        if name in ESTIMATORS:
            return self._estimators.denoise(name, level, noisy), None
        value, tuned_at = self._nearest(name, level)
        return denoise(FILTERS[name], noisy, Corruption.of(level), value), tuned_at

    def _nearest(self, name: str, level: Level) -> tuple[float, str]:
        """Return the filter's parameter at the level most like this noise, and that level."""
        rows = self._tuned[self._tuned["method"] == name]
        distance = (rows["blur"] - level.blur) ** 2 + (rows["amplitude"] - level.amplitude) ** 2
        row = rows.iloc[int(distance.to_numpy().argmin())]
        return float(row["value"]), str(row["level"])

    def _reading(self, picture: np.ndarray, from_ensemble: bool) -> dict:
        """Return the probabilities of all digits, calibrated if they can be, and what is read."""
        readings = self._read(np.clip(picture, 0, 1), from_ensemble)
        confidence = readings.confidence
        return {
            "probabilities": np.round(readings.probabilities[0], 4).tolist(),
            "digit": int(readings.digits[0]) if readings.accepted[0] else None,
            "confidence": None if confidence is None else float(confidence[0]),
        }

    def _noise(self, model: str, level: Level, report: NoiseReport) -> dict:
        """Return what an image tells of its noise, and what that means for the model."""
        if level.kind == SALT_AND_PEPPER and not self._advice.knows_salt_and_pepper(model):
            is_known, best = False, None  # whatever the estimate, which is of other noise
        else:
            is_known = self._advice.is_within(model, report.noise_std) is not False
            best = self._advice.best_for(report.noise_std)
        return {
            "std": round(report.noise_std, 2),
            "trained_on": is_known,
            "suggested": None if best == model else best,
            "like_noise": report.like_noise,
        }

    def _uncertainty(self, name: str, noisy: np.ndarray, level: Level) -> dict:
        """Return how far off each pixel may be, and how often that holds; None: nobody knows."""
        model, noise = self.models[name], self._advice.noises.get(name)
        if model.intervals is None:
            return {"uncertainty": None, "coverage": None, "coverage_holds": None}
        _, half_widths = model.with_half_widths(noisy)
        return {
            "uncertainty": _bytes(half_widths[0]),
            "coverage": model.intervals.coverage,
            "coverage_holds": None if noise is None else within_trained(level, noise),
        }

    def _code(self, model: str, noisy: np.ndarray) -> list | None:
        if model not in self._codes:
            return None
        return np.round(self._codes[model].encode(noisy)[0].reshape(8, 16), 3).tolist()


def _corrupted(clean: np.ndarray, request: DenoiseRequest) -> tuple[Level, np.ndarray]:
    """Return how a digit is to be corrupted, and the corrupted digit, (1, 28, 28)."""
    # The page has one slider for all kinds; of pixels no more than all can be replaced.
    most = 1.0 if request.kind == SALT_AND_PEPPER else float("inf")
    level = Level(blur=request.blur, amplitude=min(request.amplitude, most), kind=request.kind)
    ranges = (level.blur, level.blur), (level.amplitude, level.amplitude)
    stream = seed_sequence(request.seed, "demo")
    noisy, _, _ = corrupt(clean[np.newaxis], *ranges, stream, kind=level.kind)
    return level, noisy


def _bytes(picture: np.ndarray) -> list[int]:
    return np.rint(np.clip(picture, 0, 1) * 255).astype(int).ravel().tolist()

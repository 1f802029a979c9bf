"""What the page asks for: one digit, made noisy, denoised in every way, and read."""

from collections.abc import Collection, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.analysis.latent_code import Code, has_code
from denoise.corruption.corrupt import corrupt
from denoise.corruption.white_noise import WHITE_NOISE
from denoise.evaluation.classical import DENOISERS, Corruption, denoise
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.metrics import psnr
from denoise.inference.advice import read_advice
from denoise.inference.api import committed_models, load_model
from denoise.inference.framing import MNIST
from denoise.inference.noise_report import NoiseReport
from denoise.io.errors import InputError
from denoise.io.metric_files import read_table
from denoise.io.parameters import Level, Parameters
from denoise.onnx_model import OnnxModel
from denoise.seeding import seed_sequence

STRONGEST = {"blur": 5.0, "amplitude": 3.0}  # beyond, there is nothing left to see
LINEAR = "linear"  # Wiener's, where there are training images to learn from
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
        self._classifier = OnnxModel(classifier)
        paths = committed_models()
        self._advice = read_advice(root)
        self.models = {name: load_model(name) for name in paths}
        for name, model in self.models.items():
            if model.size != MNIST:
                taken = "x".join(map(str, model.size))
                raise InputError(f"the demo is for images of 28x28 pixels; {name} takes {taken}")
        self.filters = list(FILTERS)
        training_images = root / "data" / "clean" / "train_images.npy"
        if training_images.exists():
            linear = LinearDenoiser(np.load(training_images))
            self._linear_at = lru_cache(maxsize=1)(linear.at)  # another digit, the same noise
            self.filters.append(LINEAR)
        self._codes = {name: Code(path) for name, path in paths.items() if has_code(path)}

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

    def show(self, clean: np.ndarray, asked: Mapping) -> dict:
        """Return all pictures and figures of one digit.

        Parameters
        ----------
        clean : (28, 28) uint8 array
        asked : Mapping
            ``blur`` in pixels, ``amplitude``, ``kind``, ``seed`` of the noise, ``model`` and
            ``filter`` by name.

        Returns
        -------
        dict
            Pictures as lists of 784 grey values of 0 to 255, the classifier's ten probabilities of
            each, their PSNR in dB, the residual as a picture, half grey where nothing was changed,
            what the image tells of its noise, the code as 8 maps of 16 values, or None.

        Raises
        ------
        InputError
            when what is asked cannot be met.
        """
        blur, amplitude, kind, model, filtered = check(asked, self.models, self.filters)
        stream = seed_sequence(asked["seed"], "demo")
        ranges = (blur, blur), (amplitude, amplitude)
        noisy, _, _ = corrupt(clean[np.newaxis], *ranges, stream, kind=kind)
        known, tuned_at = Level(blur=blur, amplitude=amplitude, kind=kind), None
        if filtered == LINEAR:
            best = self._linear_at(known)(noisy)
        else:
            value, tuned_at = self._nearest(filtered, blur, amplitude)
            best = denoise(FILTERS[filtered], noisy, Corruption.of(known), value)
        pictures = {
            "clean": clean[np.newaxis] / 255.0,
            "noisy": noisy,
            "denoised": self.models[model](noisy),
            "filtered": best,
        }
        target = pictures["clean"]
        denoised = pictures["denoised"]
        report = NoiseReport()
        report.add(noisy, denoised)
        weakest, strongest = self._advice.trained_on.get(model, (0.0, float("inf")))
        code = self._codes[model].encode(noisy)[0] if model in self._codes else None
        return {
            "pictures": {name: _bytes(picture[0]) for name, picture in pictures.items()},
            "readings": {name: self._read(picture) for name, picture in pictures.items()},
            "psnr": {
                name: round(float(psnr(np.clip(picture, 0, 1), target)[0]), 2)
                for name, picture in pictures.items()
            },
            "residual": _bytes(0.5 + (noisy - denoised)[0] / 2),
            "noise": {
                "std": round(report.noise_std, 2),
                "trained_on": weakest <= report.noise_std <= strongest,
                "suggested": self._advice.best_for(report.noise_std),
                "like_noise": report.like_noise,
            },
            "code": None if code is None else np.round(code.reshape(8, 16), 3).tolist(),
            "tuned_at": tuned_at,
        }

    def _nearest(self, name: str, blur: float, amplitude: float) -> tuple[float, str]:
        """Return the filter's parameter at the level most like this noise, and that level."""
        rows = self._tuned[self._tuned["method"] == name]
        distance = (rows["blur"] - blur) ** 2 + (rows["amplitude"] - amplitude) ** 2
        row = rows.iloc[int(distance.to_numpy().argmin())]
        return float(row["value"]), str(row["level"])

    def _read(self, picture: np.ndarray) -> list[float]:
        return np.round(self._classifier(np.clip(picture, 0, 1))[0], 4).tolist()


def check(
    asked: Mapping, models: Mapping, filters: Collection[str]
) -> tuple[float, float, str, str, str]:
    """Blur, amplitude, kind of noise, model and filter; InputError where one cannot be."""
    numbers = []
    for name, most in STRONGEST.items():
        value = asked.get(name)
        if not isinstance(value, int | float) or not 0 <= value <= most:
            raise InputError(f"{name} is {value!r}; it must be a number from 0 to {most:g}")
        numbers.append(float(value))
    for name, known in (("kind", WHITE_NOISE), ("model", models), ("filter", filters)):
        if asked.get(name) not in known:
            raise InputError(f"{name} is {asked.get(name)!r}; it must be one of {', '.join(known)}")
    if not isinstance(asked.get("seed"), int) or asked["seed"] < 0:
        raise InputError(f"seed is {asked.get('seed')!r}; it must be a whole number from 0 on")
    if asked["kind"] == "salt-and-pepper" and numbers[1] > 1:
        numbers[1] = 1.0  # all pixels are replaced
    return *numbers, asked["kind"], asked["model"], asked["filter"]


def _bytes(picture: np.ndarray) -> list[int]:
    return np.rint(np.clip(picture, 0, 1) * 255).astype(int).ravel().tolist()

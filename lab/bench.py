"""What the page asks for: one digit, made noisy, denoised in every way, and read."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.classical import DENOISERS, denoise
from denoise.code import Code, has_code
from denoise.corruption import corrupt
from denoise.errors import InputError
from denoise.metric_files import read_table
from denoise.onnx_model import OnnxModel
from denoise.own_images import committed_models, load_model
from denoise.parameters import Parameters
from denoise.quality import psnr
from denoise.seeding import seed_sequence
from denoise.white_noise import WHITE_NOISE

STRONGEST = {"blur": 5.0, "amplitude": 3.0}  # beyond, there is nothing left to see
FILTERS = {denoiser.name: denoiser for denoiser in DENOISERS if denoiser.name != "noisy"}


class Bench:
    """Models and filters, loaded once.

    Parameters
    ----------
    parameters : of the pipeline
    root : the repository, in which the pipeline has run
    """

    def __init__(self, parameters: Parameters, root: Path) -> None:
        self._parameters, self._root = parameters, root
        self._judge = OnnxModel(root / "models" / "judge" / "model.onnx")
        paths = committed_models()
        self.models = {name: load_model(name) for name in paths}
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

    def show(self, clean: np.ndarray, wish: Mapping) -> dict:
        """All pictures and figures of one digit.

        Parameters
        ----------
        clean : (28, 28) uint8 array
        wish : ``blur`` in pixels, ``amplitude``, ``white``, ``seed`` of the noise, ``model`` and
            ``filter`` by name

        Returns
        -------
        dict
            pictures as lists of 784 grey values of 0 to 255, what the judge makes of each as ten
            probabilities, their PSNR in dB, the code as 8 maps of 16 values, or None

        Raises
        ------
        InputError
            when a wish cannot be met.
        """
        blur, amplitude, white, model, filtered = check(wish, self.models)
        stream = seed_sequence(wish["seed"], "lab")
        ranges = (blur, blur), (amplitude, amplitude)
        noisy, _, _ = corrupt(clean[np.newaxis], *ranges, stream, white=white)
        value, level = self._nearest(filtered, blur, amplitude)
        deviation = WHITE_NOISE[white].deviation(amplitude)
        pictures = {
            "clean": clean[np.newaxis] / 255.0,
            "noisy": noisy,
            "denoised": self.models[model](noisy),
            "filtered": denoise(FILTERS[filtered], noisy, deviation, value),
        }
        target = pictures["clean"]
        code = self._codes[model].encode(noisy)[0] if model in self._codes else None
        return {
            "pictures": {name: _bytes(picture[0]) for name, picture in pictures.items()},
            "readings": {name: self._read(picture) for name, picture in pictures.items()},
            "psnr": {
                name: round(float(psnr(np.clip(picture, 0, 1), target)[0]), 2)
                for name, picture in pictures.items()
            },
            "code": None if code is None else np.round(code.reshape(8, 16), 3).tolist(),
            "tuned_at": level,
        }

    def _nearest(self, name: str, blur: float, amplitude: float) -> tuple[float, str]:
        """The filter's parameter at the level that is most like this noise, and that level."""
        rows = self._tuned[self._tuned["method"] == name]
        distance = (rows["blur"] - blur) ** 2 + (rows["amplitude"] - amplitude) ** 2
        row = rows.iloc[int(distance.to_numpy().argmin())]
        return float(row["value"]), str(row["level"])

    def _read(self, picture: np.ndarray) -> list[float]:
        return np.round(self._judge(np.clip(picture, 0, 1))[0], 4).tolist()


def check(wish: Mapping, models: Mapping) -> tuple[float, float, str, str, str]:
    """Blur, amplitude, kind of noise, model and filter; InputError where one cannot be."""
    numbers = []
    for name, most in STRONGEST.items():
        value = wish.get(name)
        if not isinstance(value, int | float) or not 0 <= value <= most:
            raise InputError(f"{name} is {value!r}; it must be a number from 0 to {most:g}")
        numbers.append(float(value))
    for name, known in (("white", WHITE_NOISE), ("model", models), ("filter", FILTERS)):
        if wish.get(name) not in known:
            raise InputError(f"{name} is {wish.get(name)!r}; it must be one of {', '.join(known)}")
    if not isinstance(wish.get("seed"), int) or wish["seed"] < 0:
        raise InputError(f"seed is {wish.get('seed')!r}; it must be a whole number from 0 on")
    if wish["white"] == "salt-and-pepper" and numbers[1] > 1:
        numbers[1] = 1.0  # all pixels are replaced
    return *numbers, wish["white"], wish["model"], wish["filter"]


def _bytes(picture: np.ndarray) -> list[int]:
    return np.rint(np.clip(picture, 0, 1) * 255).astype(int).ravel().tolist()

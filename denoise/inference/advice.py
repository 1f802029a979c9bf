"""Which committed model suits noise of some strength, by what was trained and measured here."""

import csv
import math
from dataclasses import dataclass, field
from pathlib import Path

from denoise.inference.api import DEFAULT, ROOT, committed_models
from denoise.io.errors import InputError
from denoise.io.parameters import Kind, Noise, read_parameters
from denoise.io.recorded_data import of_the_same_images

STUDY = Path("studies/networks")


@dataclass(frozen=True)
class Advice:
    """What is known of the committed models.

    ``trained_on`` holds, by name, the least and the greatest standard deviation of the noise that
    a model was trained on; ``measured``, for each level of noise, its standard deviation and the
    PSNR of every model there.
    """

    trained_on: dict[str, tuple[float, float]] = field(default_factory=dict)
    measured: list[tuple[float, dict[str, float]]] = field(default_factory=list)

    def best_for(self, noise_std: float) -> str | None:
        """Return the model with the highest PSNR at the level nearest to this noise."""
        if not self.measured:
            return None
        _, psnr = min(self.measured, key=lambda level: abs(level[0] - noise_std))
        return max(psnr, key=psnr.get)


def read_advice(root: Path = ROOT) -> Advice:
    """Read it from params.yaml and the measurements; what is missing is left out.

    So are other models than the pipeline's own where they learned from another data set.
    """
    try:
        parameters = read_parameters(root / "params.yaml")
    except InputError:
        return Advice()
    of_the_same = of_the_same_images(root / STUDY, root)
    studied = parameters.studies.networks if of_the_same else {}
    trained_on = {DEFAULT: _deviations(parameters.noise)}
    trained_on |= {name: _deviations(variant.noise) for name, variant in studied.items()}
    tables = {DEFAULT: root / "metrics" / "summary" / "results.csv"}
    tables |= {name: root / STUDY / "levels" / f"{name}.csv" for name in studied}
    committed = committed_models()
    psnr: dict[str, dict[str, float]] = {level: {} for level in parameters.levels}
    for name, path in tables.items():
        method = parameters.model.architecture if name == DEFAULT else name
        if path.exists() and name in committed:
            with path.open(newline="") as file:
                for row in csv.DictReader(file):
                    if row["method"] == method and row["level"] in psnr:
                        psnr[row["level"]][name] = float(row["psnr"])
    measured = [
        (deviation(level.kind, level.amplitude), psnr[name])
        for name, level in parameters.levels.items()
        if psnr[name]
    ]
    return Advice(trained_on, measured)


def deviation(kind: Kind, amplitude: float) -> float:
    """Return the standard deviation of white noise, as `denoise.corruption.white_noise` has it.

    That wants SciPy, and this does without.
    """
    return math.sqrt(amplitude / 2 if kind == "salt-and-pepper" else amplitude**2 / 3)


def _deviations(noise: Noise) -> tuple[float, float]:
    weakest, strongest = noise.amplitude
    return deviation(noise.kind, weakest), deviation(noise.kind, strongest)

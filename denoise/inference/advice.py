"""Which committed model suits noise of some strength, by what was trained and measured here."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from denoise.inference.api import DEFAULT, ROOT, committed_models
from denoise.io.errors import InputError
from denoise.io.parameters import Level, Noise, read_parameters

DEVIATION = 3**-0.5  # of uniform noise in +-1; other kinds of an amplitude have the same


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
    """Read it from params.yaml and the measurements; what is missing is left out."""
    try:
        parameters = read_parameters(root / "params.yaml")
    except InputError:
        return Advice()
    studied = parameters.studies.networks
    trained_on = {DEFAULT: _deviations(parameters.noise)}
    trained_on |= {name: _deviations(variant.noise) for name, variant in studied.items()}
    tables = {DEFAULT: root / "metrics" / "summary" / "results.csv"}
    tables |= {name: root / "studies/networks/levels" / f"{name}.csv" for name in studied}
    committed = committed_models()
    psnr: dict[str, dict[str, float]] = {level: {} for level in parameters.levels}
    for name, path in tables.items():
        method = parameters.model.architecture if name == DEFAULT else name
        if path.exists() and name in committed:
            with path.open(newline="") as file:
                for row in csv.DictReader(file):
                    if row["method"] == method and row["level"] in psnr:
                        psnr[row["level"]][name] = float(row["psnr"])
    levels = ((_deviation(level), psnr[name]) for name, level in parameters.levels.items())
    return Advice(trained_on, [(deviation, found) for deviation, found in levels if found])


def _deviation(level: Level) -> float:
    return level.amplitude * DEVIATION


def _deviations(noise: Noise) -> tuple[float, float]:
    weakest, strongest = noise.amplitude
    return weakest * DEVIATION, strongest * DEVIATION

"""Which committed model suits noise of some strength, by what was trained and measured here."""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from denoise.inference.api import DEFAULT, ROOT, committed_models, ensemble_names
from denoise.io.dvc_files import studies_use_same_data
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN, SALT_AND_PEPPER, Kind, Noise
from denoise.io.parameters.pipeline import Parameters
from denoise.io.parameters.studies import PICTURES, STUDIES, read_studies

LEVELS = Path("studies/levels/networks")
INEXACT = 0.05  # of an estimate of strong noise: how far off it may be
FAINT = 0.01  # standard deviation: weaker noise is as good as none
NOTHING = 1e-4  # standard deviation: an image of one grey value, or one that is blurred
DIGITS = ("mnist", "digits")  # of datasets.yaml


@dataclass(frozen=True)
class Advice:
    """What is known of the committed models.

    ``trained_on`` holds, by name, the least and the greatest standard deviation of the noise that
    a model was trained on, ``noises`` all that is known of that noise, and ``as_it_came`` names the
    models that were trained on noisy pictures, whose noise nobody knows. ``measured`` holds, for
    each level of noise, its standard deviation and the PSNR of every model there. ``of_digits``
    says whether these models learned from digits, and ``of_photographs`` names the one that learned
    from photographs, if it is there.
    """

    trained_on: dict[str, tuple[float, float]] = field(default_factory=dict)
    noises: dict[str, Noise] = field(default_factory=dict)
    as_it_came: frozenset[str] = frozenset()
    measured: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    of_digits: bool = False
    of_photographs: str | None = None

    def is_within(self, model: str, noise_std: float) -> bool | None:
        """Whether a model was trained on noise of this strength, which is an estimate.

        None where nobody knows.
        """
        if model not in self.trained_on:
            return None
        weakest, strongest = self.trained_on[model]
        return max(weakest - FAINT, NOTHING) <= noise_std <= strongest * (1 + INEXACT)

    def knows_salt_and_pepper(self, model: str) -> bool:
        """Whether a model was trained on salt-and-pepper noise, or may have been."""
        noise = self.noises.get(model)
        return model in self.as_it_came or (noise is not None and noise.kind == SALT_AND_PEPPER)

    def best_for(self, noise_std: float) -> str | None:
        """Return the model with the highest PSNR at the level nearest to this noise."""
        if not self.measured:
            return None
        _, psnr = min(self.measured, key=lambda level: abs(level[0] - noise_std))
        return max(psnr, key=psnr.get)


def read_advice(root: Path = ROOT) -> Advice:
    """Read what is known from params.yaml and the measurements; what is missing is left out.

    Where the studies learned from another data set, so are their models.
    """
    try:
        studies = read_studies(root / STUDIES)
    except InputError:
        return Advice()
    networks, ensembles = {}, {}
    if studies_use_same_data(root):
        networks = studies.of("networks")
        networks.pop(studies.pipeline.model.architecture, None)  # it is the pipeline's own
        ensembles = {
            name: studies.ensemble_training(key) for name, key in ensemble_names(studies).items()
        }
    noises = {DEFAULT: studies.pipeline.noise}
    noises |= {name: training.noise for name, training in (networks | ensembles).items()}
    known = {name: noise for name, noise in noises.items() if noise.kind != GIVEN}
    return Advice(
        {name: _deviations(noise) for name, noise in known.items()},
        known,
        frozenset(noises.keys() - known.keys()),
        _measurements(root, studies.pipeline, networks),
        of_digits=studies.pipeline.prepare.dataset in DIGITS,
        of_photographs=PICTURES if PICTURES in committed_models() else None,
    )


def _measurements(
    root: Path, pipeline: Parameters, networks: Iterable[str]
) -> list[tuple[float, dict[str, float]]]:
    """Return the strength of the noise of each level, and the PSNR of every model there."""
    own_table = root / "metrics" / "summary" / "results.csv"
    tables = {DEFAULT: _psnr_by_level(own_table, pipeline.model.architecture)}
    for name in networks:
        tables[name] = _psnr_by_level(root / LEVELS / f"{name}.csv", name)
    committed = committed_models()
    measured = []
    for level, noise in pipeline.levels.items():
        psnr = {
            name: table[level]
            for name, table in tables.items()
            if level in table and name in committed
        }
        # Without the first, nobody knows which is best; of what came, nobody knows the strength.
        if DEFAULT in psnr and noise.kind != GIVEN:
            measured.append((deviation(noise.kind, noise.amplitude), psnr))
    return measured


def deviation(kind: Kind, amplitude: float) -> float:
    """Return the standard deviation of white noise, as `denoise.corruption.white_noise` has it.

    That wants SciPy, and this does without.
    """
    return math.sqrt(amplitude / 2 if kind == SALT_AND_PEPPER else amplitude**2 / 3)


def _deviations(noise: Noise) -> tuple[float, float]:
    weakest, strongest = noise.amplitude
    return deviation(noise.kind, weakest), deviation(noise.kind, strongest)


def _psnr_by_level(table: Path, method: str) -> dict[str, float]:
    """Return the PSNR of a method by level; of several trainings that of the first.

    Nothing where there is no such table, or a damaged one: advice does without.
    """
    psnr: dict[str, float] = {}
    try:
        with table.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["method"] == method:
                    psnr.setdefault(row["level"], float(row["psnr"]))
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return {}
    return psnr

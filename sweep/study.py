"""Trains with every setting of sweep/settings.yaml, as DVC experiments, and sets them side by side.

    make sweep

A row of sweep/results.csv is kept as long as the code, the parameters and the data it was made of
are the committed ones, and an experiment that is finished or under way is taken, so the study goes
on where it was stopped. Writes sweep/results.csv, sweep/matrix.png and the tables of
docs/noise-settings.md.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml import YAML

from checks.complaints import first_complaint
from denoise.errors import InputError
from denoise.metric_files import read_table, write_table, write_text
from denoise.parameters import Name, Noise, Section, read_parameters
from sweep.experiments import Experiment, run
from sweep.matrix import draw, tables

FOLDER = Path("sweep")
RESULTS = FOLDER / "results.csv"
PAGE = Path("docs/noise-settings.md")


class Study(Section):
    """What is compared: changes to params.yaml, common and of each setting."""

    changes: dict[str, Any]
    settings: dict[Name, dict[str, Any]]


def main() -> None:
    """Run what has no result yet, and print all; exit with a sentence when that is impossible."""
    try:
        experiments = read_study(FOLDER / "settings.yaml")
        done = kept_results(experiments)
        for experiment in run([e for e in experiments if e.setting not in done]):
            done[experiment.setting] = experiment.results()
    except InputError as error:
        sys.exit(f"sweep: {error}")
    except KeyboardInterrupt:
        sys.exit(
            "sweep: DVC's queue works on, until `dvc queue stop --kill`; `make sweep` waits again"
        )
    results = pd.concat([done[e.setting] for e in experiments], ignore_index=True)
    write_table(results, RESULTS)
    draw(results, FOLDER / "matrix.png")
    quote(tables(results), PAGE)
    print(tables(results))


def read_study(path: Path) -> list[Experiment]:
    """The experiments that a file asks for, in its order.

    Raises
    ------
    InputError
        when the file asks for training noise that cannot be.
    """
    noise = read_parameters(Path("params.yaml")).noise.model_dump()
    where = str(path)
    try:
        study = Study.model_validate(YAML(typ="safe", pure=True).load(path))
        for name, setting in study.settings.items():
            where = f"{path}, settings.{name}"
            Noise.model_validate(noise | setting)
    except ValidationError as error:
        raise InputError(f"{where}: {first_complaint(error)}") from None
    return [
        Experiment(name, study.changes | {f"noise.{key}": value for key, value in setting.items()})
        for name, setting in study.settings.items()
    ]


def kept_results(experiments: Sequence[Experiment]) -> dict[str, pd.DataFrame]:
    """By setting, the rows of sweep/results.csv that a new run would give again."""
    if not RESULTS.exists():
        return {}
    results = read_table(RESULTS)
    made_of = dict(zip(results["setting"], results["made_of"], strict=True))
    return {
        experiment.setting: results[results["setting"] == experiment.setting]
        for experiment in experiments
        if made_of.get(experiment.setting) == experiment.made_of
    }


def quote(text: str, page: Path) -> None:
    """Put the tables where the page has the last ones."""
    before, after = "<!-- matrix -->\n", "<!-- /matrix -->"
    pattern = re.escape(before) + ".*" + re.escape(after)
    new = re.sub(pattern, lambda _: before + text + after, page.read_text(), flags=re.DOTALL)
    write_text(new, page)


if __name__ == "__main__":
    main()

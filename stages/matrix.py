"""matrix: set models trained on ranges of noise side by side, level by level."""

from pathlib import Path

import pandas as pd

from denoise.evaluation.measured import read_measured
from denoise.io.command_line import run_stage
from denoise.io.parameters.noise import Noise
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.leaders import mark_leaders
from denoise.reporting.noise_matrix import draw, tables
from denoise.reporting.result_tables import describe_noise, first_trainings
from denoise.storage.metric_files import write_table, write_text


def matrix(studies: Studies, levels: Path, out: Path) -> None:
    """Leave the table of all ranges at all levels as CSV and Markdown, and a picture of it."""
    parts = []
    for name, training in studies.of("noise_ranges").items():
        rows = first_trainings(read_measured(levels / f"{name}.csv"))
        rows = rows.drop(columns=["blur", "amplitude", "kind"])
        trained_on = {"setting": name, **in_words(training.noise)}
        parts.append(rows.assign(**trained_on)[[*trained_on, *rows.columns]])
    results = mark_leaders(pd.concat(parts, ignore_index=True))
    write_table(results, out / "results.csv")
    write_text(tables(results), out / "results.md")
    draw(results, out / "matrix.png")


def in_words(noise: Noise) -> dict[str, str]:
    """Describe the ranges of blur and noise, such as ``0 to 2`` and ``± 0.01 to 1.5``."""
    weakest = describe_noise(noise.kind, noise.amplitude[0])
    return {"blur": span(f"{noise.blur[0]:g}", noise.blur), "noise": span(weakest, noise.amplitude)}


def span(lowest: str, bounds: list[float]) -> str:
    """Describe a range, or the one value that it consists of."""
    return lowest if bounds[0] == bounds[1] else f"{lowest} to {bounds[1]:g}"


if __name__ == "__main__":
    run_stage(matrix, read_studies, STUDIES)

"""rank: set all candidate recipes side by side, the best first."""

from pathlib import Path

import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.ranking import ranking_as_markdown
from denoise.storage.metric_files import read_table, write_table, write_text


def rank(studies: Studies, trials: Path, out: Path) -> None:
    """Leave a row per candidate and seed as CSV, and a row per candidate as Markdown."""
    tables = [read_table(trials / f"{name}.csv") for name in studies.candidates]
    results = pd.concat(tables, ignore_index=True)
    write_table(results, out / "results.csv")
    write_text(ranking_as_markdown(results), out / "results.md")


if __name__ == "__main__":
    run_stage(rank, read_studies, STUDIES)

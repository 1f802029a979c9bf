"""spread: say how far trainings that differ by their seed alone lie apart."""

from pathlib import Path

import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.seed_spread import spread_as_markdown, spread_over_seeds
from denoise.storage.metric_files import read_table, write_table, write_text


def spread(studies: Studies, own: Path, others: Path, out: Path) -> None:
    """Leave mean, standard deviation and range of every model's trainings, as CSV and Markdown."""
    name, *_ = networks = studies.networks()
    results = read_table(own / "results.csv")
    tables = [results[results["method"] == name]]
    paths = (others / f"{name}.csv" for name in networks)
    tables += [read_table(path) for path in paths if path.exists()]
    results = pd.concat(tables, ignore_index=True)
    repeated = [name for name, training in networks.items() if len(training.seeds) > 1]
    results = results[results["method"].isin(repeated)].rename(columns={"method": "model"})
    spreads = spread_over_seeds(results)
    write_table(spreads, out / "results.csv")
    write_text(spread_as_markdown(spreads), out / "results.md")


if __name__ == "__main__":
    run_stage(spread, read_studies, STUDIES)

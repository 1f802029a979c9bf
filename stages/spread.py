"""spread: say how far trainings that differ by their seed alone lie apart."""

from pathlib import Path

import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.metric_files import read_table, write_table, write_text
from denoise.io.parameters import Parameters
from denoise.reporting.seed_spread import spread_as_markdown, spread_over_seeds


def spread(parameters: Parameters, own: Path, others: Path, levels: Path, out: Path) -> None:
    """Leave mean, standard deviation and range of every model's trainings, as CSV and Markdown."""
    repeated = parameters.repeated()
    tables = [read_table(own / "results.csv")]
    tables += [read_table(others / f"{name}.csv") for name in parameters.studies.networks]
    tables += [read_table(levels / f"{name}.csv") for name in repeated]
    results = pd.concat(tables, ignore_index=True)
    results["model"] = results["method"].map({name: name for name in repeated.values()} | repeated)
    spreads = spread_over_seeds(results.dropna(subset="model"))
    write_table(spreads, out / "results.csv")
    write_text(spread_as_markdown(spreads), out / "results.md")


if __name__ == "__main__":
    run_stage(spread)

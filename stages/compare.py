"""compare: set the pipeline's own model, those of the comparison and the filters side by side."""

from pathlib import Path

import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.metric_files import read_table, write_table, write_text
from denoise.io.parameters import Parameters
from denoise.reporting.figures import draw_levels
from denoise.reporting.result_tables import side_by_side


def compare(parameters: Parameters, own: Path, others: Path, out: Path) -> None:
    """Leave the table as CSV and Markdown, and a figure of quality against noise."""
    ours = read_table(own / "results.csv")
    model = ours["method"] == ours["method"].iloc[0]
    rest = [read_table(others / f"{name}.csv") for name in parameters.studies.networks]
    results = pd.concat([ours[model], *rest, ours[~model]], ignore_index=True)
    results = results.sort_values("level", kind="stable", ignore_index=True)
    write_table(results, out / "results.csv")
    write_text(side_by_side(results), out / "results.md")
    draw_levels(results, out / "levels.png")


if __name__ == "__main__":
    run_stage(compare)

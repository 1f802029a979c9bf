"""compare: set the pipeline's own model, those of the comparison and the filters side by side."""

from pathlib import Path

import pandas as pd

from denoise.figures import draw_levels
from denoise.metric_files import read_table, write_table, write_text
from denoise.parameters import Parameters
from denoise.results import side_by_side
from stages.command import run_stage


def compare(
    parameters: Parameters, own: Path, others: Path, table: Path, summary: Path, figure: Path
) -> None:
    """Leave the table as CSV and Markdown, and a figure of quality against noise."""
    ours = read_table(own)
    model = ours["method"] == ours["method"].iloc[0]
    rest = [read_table(others / f"{name}.csv") for name in parameters.comparison]
    results = pd.concat([ours[model], *rest, ours[~model]], ignore_index=True)
    results = results.sort_values("level", kind="stable", ignore_index=True)
    write_table(results, table)
    write_text(side_by_side(results), summary)
    draw_levels(results, figure)


if __name__ == "__main__":
    run_stage(compare)

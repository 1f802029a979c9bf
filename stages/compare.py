"""compare: set the pipeline's own model, those of the comparison and the filters side by side."""

from pathlib import Path

from denoise.evaluation.pooled import read_compared
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.figures_networks import draw_networks
from denoise.reporting.leaders import mark_leaders
from denoise.reporting.result_tables import side_by_side
from denoise.storage.metric_files import write_table, write_text


def compare(
    studies: Studies, own: Path, filters: Path, others: Path, joined: Path, out: Path
) -> None:
    """Leave the table as CSV and Markdown, and a figure of quality against noise.

    A model that was trained with several seeds is the mean of its trainings' figures. An ensemble
    is the figure of their mean, image by image.
    """
    results = mark_leaders(read_compared(studies, own, filters, others, joined))
    write_table(results, out / "results.csv")
    write_text(side_by_side(results), out / "results.md")
    trained = results[results["method"].isin([*studies.networks()]) | results["weights"].notna()]
    draw_networks(results, list(dict.fromkeys(trained["method"])), out / "levels.png")


if __name__ == "__main__":
    run_stage(compare, read_studies, STUDIES)

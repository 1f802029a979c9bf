"""measure_variant: measure a model of the studies at every noise level, on all test images."""

from pathlib import Path

from denoise.evaluation.at_every_level import measure_at_every_level
from denoise.evaluation.measured import write_measured
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel


def measure_variant(
    studies: Studies, name: str, clean: Path, model: Path, classifier: Path, table: Path
) -> None:
    """Leave one row for each seed and level, with intervals, and what each image scored."""
    pipeline, method = studies.pipeline, Path(name).name
    denoisers = [
        ({"method": method, "seed": seed}, OnnxModel(model / str(seed) / "model.onnx"))
        for seed in studies.training(name).seeds
    ]
    rows = measure_at_every_level(denoisers, pipeline.levels, pipeline.seed, clean, classifier)
    write_measured(rows, table)


if __name__ == "__main__":
    run_stage(measure_variant, read_studies, STUDIES)

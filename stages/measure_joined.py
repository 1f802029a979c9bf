"""measure_joined: measure the mean of a network's trainings, image by image, at every level."""

from pathlib import Path
from tempfile import TemporaryDirectory

from denoise.evaluation.at_every_level import measure_at_every_level
from denoise.evaluation.measured import write_measured
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel
from denoise.reporting.model_size import count_weights
from denoise.uncertainty.packing import pack_members, write_packed


def measure_joined(
    studies: Studies,
    name: str,
    clean: Path,
    own: Path,
    networks: Path,
    classifier: Path,
    table: Path,
) -> None:
    """Leave one row for each level, with intervals, and what each image scored.

    ``own`` is the folder of the pipeline's own model, ``networks`` that of all others.
    """
    pipeline, seeds = studies.pipeline, studies.joined_seeds(name)
    folders = [networks / name / str(seed) for seed in seeds]
    if name == pipeline.model.architecture:
        folders[0] = own
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        write_packed(pack_members([member / "model.onnx" for member in folders]), {}, path)
        denoiser, weights = OnnxModel(path), count_weights(path)
    cells = {"method": f"ensemble of {len(seeds)} {name}", "weights": weights}
    rows = measure_at_every_level(
        [(cells, denoiser)], pipeline.levels, pipeline.seed, clean, classifier
    )
    write_measured(rows, table)


if __name__ == "__main__":
    run_stage(measure_joined, read_studies, STUDIES)

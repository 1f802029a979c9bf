"""measure_joined: measure the mean of a network's trainings, image by image, at every level."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.measured import as_row, write_measured
from denoise.evaluation.reader import Reader
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel
from denoise.reporting.model_size import count_weights
from denoise.storage.arrays import read_array, read_noisy
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
    test, reader = read_array(clean, "test_images"), Reader(clean, classifier)
    given, target = read_noisy(clean, "test"), test.astype(np.float64) / 255
    with TemporaryDirectory() as folder:
        path = Path(folder, "model.onnx")
        write_packed(pack_members([member / "model.onnx" for member in folders]), {}, path)
        denoiser, weights = OnnxModel(path), count_weights(path)
    rows = []
    for level in tqdm(sorted(pipeline.levels), unit=" levels", disable=None):
        values = pipeline.levels[level]
        noisy = corrupt_at_level(test, values, pipeline.seed, f"test/{level}", given)
        row = {"level": level, **values.model_dump()}
        row |= {"method": f"ensemble of {len(seeds)} {name}", "weights": weights}
        rows.append(row | as_row(reader.measure(denoiser(noisy), target)))
    write_measured(rows, table)


if __name__ == "__main__":
    run_stage(measure_joined, read_studies, STUDIES)

"""measure_variant: measure a model of the studies at every noise level, on all test images."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.measured import as_row, write_measured
from denoise.evaluation.reader import Reader
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel
from denoise.storage.arrays import read_array, read_noisy


def measure_variant(
    studies: Studies, name: str, clean: Path, model: Path, classifier: Path, table: Path
) -> None:
    """Leave one row for each seed and level, with intervals, and what each image scored."""
    seeds, levels, method = studies.training(name).seeds, studies.pipeline.levels, Path(name).name
    test, reader = read_array(clean, "test_images"), Reader(clean, classifier)
    given = read_noisy(clean, "test")
    denoisers = {seed: OnnxModel(model / str(seed) / "model.onnx") for seed in seeds}
    target = test.astype(np.float64) / 255
    rows = []
    for level in tqdm(sorted(levels), unit=" levels", disable=None):
        noisy = corrupt_at_level(test, levels[level], studies.pipeline.seed, f"test/{level}", given)
        for seed, denoiser in denoisers.items():
            row = {"level": level, **levels[level].model_dump(), "method": method, "seed": seed}
            scores = reader.measure(denoiser(noisy), target)
            rows.append(row | as_row(scores))
    write_measured(sorted(rows, key=lambda row: seeds.index(row["seed"])), table)


if __name__ == "__main__":
    run_stage(measure_variant, read_studies, STUDIES)

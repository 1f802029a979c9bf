"""measure: measure one model of the comparison at every noise level, on all test images."""

from pathlib import Path

import pandas as pd
from tqdm import tqdm

from denoise.arrays import read_array
from denoise.evaluation import evaluate_at_level
from denoise.metric_files import write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means_with_intervals
from stages.command import run_stage


def measure(
    parameters: Parameters, name: str, clean: Path, model: Path, judge: Path, table: Path
) -> None:
    """Leave one row per level, with intervals."""
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    rows = []
    for level in tqdm(sorted(parameters.levels), unit=" levels", disable=None):
        strength = parameters.levels[level]
        denoised, _ = evaluate_at_level(
            denoiser, read, test, labels, strength, parameters.seed, level
        )
        row = {"level": level, **strength.model_dump(), "method": name, "images": len(test)}
        rows.append(row | means_with_intervals(denoised))
    write_table(pd.DataFrame(rows), table)


if __name__ == "__main__":
    run_stage(measure)

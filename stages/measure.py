"""measure: measure one model of the comparison at every noise level, on all test images."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise import quality
from denoise.arrays import read_array
from denoise.levels import corrupt_at_level
from denoise.metric_files import write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from stages.command import run_stage


def measure(
    parameters: Parameters, name: str, clean: Path, model: Path, judge: Path, table: Path
) -> None:
    """Leave one row per level, with intervals."""
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    target = test.astype(np.float64) / 255
    rows = []
    for level in tqdm(sorted(parameters.levels), unit=" levels", disable=None):
        strength = parameters.levels[level]
        denoised = denoiser(corrupt_at_level(test, strength, parameters.seed, f"test/{level}"))
        figures = quality.measure(denoised, target, labels, read(denoised))
        row = {"level": level, **strength.model_dump(), "method": name, "images": len(test)}
        rows.append(row | quality.means_with_intervals(figures))
    write_table(pd.DataFrame(rows), table)


if __name__ == "__main__":
    run_stage(measure)

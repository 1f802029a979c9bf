"""measure: measure one model of a study at every noise level, on all test images."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import means, means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import write_json, write_table
from denoise.io.parameters import Parameters
from denoise.onnx_model import OnnxModel


def measure(
    parameters: Parameters,
    name: str,
    clean: Path,
    model: Path,
    classifier: Path,
    table: Path,
    metrics: Path,
) -> None:
    """Leave one row per level, with intervals; and the same without them, by level."""
    test = read_array(clean, "test_images")
    denoiser, reader = OnnxModel(model / "model.onnx"), Reader(clean, classifier)
    target = test.astype(np.float64) / 255
    rows, by_level = [], {}
    for level in tqdm(sorted(parameters.levels), unit=" levels", disable=None):
        strength = parameters.levels[level]
        denoised = denoiser(corrupt_at_level(test, strength, parameters.seed, f"test/{level}"))
        scores = reader.measure(denoised, target)
        row = {"level": level, **strength.model_dump(), "method": name, "images": len(test)}
        rows.append(row | means_with_intervals(scores))
        by_level[level] = means(scores)
    write_table(pd.DataFrame(rows), table)
    write_json(by_level, metrics)


if __name__ == "__main__":
    run_stage(measure)

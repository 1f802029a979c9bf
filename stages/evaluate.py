"""evaluate: measure the model at one noise level, on all test images."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import means, means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import write_json, write_table
from denoise.io.parameters import Parameters
from denoise.onnx_model import OnnxModel


def evaluate(
    parameters: Parameters,
    level: str,
    clean: Path,
    model: Path,
    classifier: Path,
    metrics: Path,
    table: Path,
) -> None:
    """Leave the figures of the denoised images and of the noisy ones, and a row with intervals."""
    strength = parameters.level(level)
    test = read_array(clean, "test_images")
    denoiser, reader = OnnxModel(model / "model.onnx"), Reader(clean, classifier)
    noisy = corrupt_at_level(test, strength, parameters.seed, f"test/{level}")
    target = test.astype(np.float64) / 255
    denoised, untouched = denoiser(noisy), np.clip(noisy, 0.0, 1.0)
    figures, noisy_figures = reader.measure(denoised, target), reader.measure(untouched, target)
    write_json({**means(figures), "noisy": means(noisy_figures)}, metrics)
    row = {"method": parameters.model.architecture, "images": len(test)}
    write_table(pd.DataFrame([row | means_with_intervals(figures)]), table)


if __name__ == "__main__":
    run_stage(evaluate)

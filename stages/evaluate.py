"""evaluate: measure the model at one noise level, on all test images."""

from pathlib import Path

import numpy as np
import pandas as pd

from denoise.arrays import read_array
from denoise.levels import corrupt_at_level
from denoise.metric_files import write_json, write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means, means_with_intervals, measure
from stages.command import run_stage


def evaluate(
    parameters: Parameters,
    level: str,
    clean: Path,
    model: Path,
    judge: Path,
    metrics: Path,
    table: Path,
) -> None:
    """Leave the figures of the denoised images and of the noisy ones, and a row with intervals."""
    strength = parameters.level(level)
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    noisy = corrupt_at_level(test, strength, parameters.seed, f"test/{level}")
    target = test.astype(np.float64) / 255
    denoised, untouched = denoiser(noisy), np.clip(noisy, 0.0, 1.0)
    figures = measure(denoised, target, labels, read(denoised))
    noisy_figures = measure(untouched, target, labels, read(untouched))
    write_json({**means(figures), "noisy": means(noisy_figures)}, metrics)
    row = {"method": parameters.model.architecture, "images": len(test)}
    write_table(pd.DataFrame([row | means_with_intervals(figures)]), table)


if __name__ == "__main__":
    run_stage(evaluate)

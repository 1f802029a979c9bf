"""evaluate: measure the model at one noise level, on all test images."""

from pathlib import Path

import pandas as pd

from denoise.arrays import read_array
from denoise.evaluation import evaluate_at_level
from denoise.metric_files import write_json, write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means, means_with_intervals
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
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    strength = parameters.level(level)
    denoised, noisy = evaluate_at_level(
        denoiser, read, test, labels, strength, parameters.seed, level
    )
    write_json({**means(denoised), "noisy": means(noisy)}, metrics)
    row = {"method": parameters.model.architecture, "images": len(test)}
    write_table(pd.DataFrame([row | means_with_intervals(denoised)]), table)


if __name__ == "__main__":
    run_stage(evaluate)

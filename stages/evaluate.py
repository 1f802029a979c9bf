"""evaluate: measure the autoencoder at one noise level, on all test images."""

from pathlib import Path

import numpy as np

from denoise.arrays import read_array
from denoise.levels import corrupt_at_level
from denoise.metric_files import write_json
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import measure
from stages.command import run_stage


def evaluate(
    parameters: Parameters, level: str, clean: Path, model: Path, judge: Path, metrics: Path
) -> None:
    """Leave the figures of the denoised images and, beside them, of the noisy ones."""
    strength = parameters.level(level)
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    noisy = corrupt_at_level(test, strength, parameters.seed, f"test/{level}")
    target = test.astype(np.float64) / 255
    denoised, untouched = denoiser(noisy), np.clip(noisy, 0.0, 1.0)
    write_json(
        {
            **measure(denoised, target, labels, read(denoised)),
            "noisy": measure(untouched, target, labels, read(untouched)),
        },
        metrics,
    )


if __name__ == "__main__":
    run_stage(evaluate)

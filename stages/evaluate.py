"""evaluate: measure the model at one noise level, on all test images."""

from pathlib import Path

import numpy as np

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.measured import as_row, write_measured
from denoise.evaluation.metrics import means
from denoise.evaluation.reader import Reader
from denoise.evaluation.without_clean import measure_by_copy
from denoise.io.command_line import run_stage
from denoise.io.parameters.pipeline import Parameters
from denoise.onnx_model import OnnxModel
from denoise.storage.arrays import read_images, read_noisy
from denoise.storage.metric_files import write_json

# By `dvc metrics`; the table holds the rest.
COMPARED = ("psnr", "psnr_estimate", "ssim", "legibility", "bce")


def evaluate(
    parameters: Parameters,
    level: str,
    clean: Path,
    model: Path,
    classifier: Path,
    metrics: Path,
    table: Path,
) -> None:
    """Leave the figures to compare, a row of all with intervals, and what each image scored.

    Without clean images the error is estimated by the second noisy picture of each.
    """
    strength = parameters.level(level)
    test = read_images(clean, "test")
    denoiser, reader = OnnxModel(model / "model.onnx"), Reader(clean, classifier)
    given = read_noisy(clean, "test")
    noisy = corrupt_at_level(test, strength, parameters.seed, f"test/{level}", given)
    denoised = denoiser(noisy)
    if test is None:
        figures = measure_by_copy(denoised, noisy, given[1] / 255.0)
    else:
        figures = reader.measure(denoised, test.astype(np.float64) / 255)
    found = means(figures)
    write_json({name: found[name] for name in COMPARED if name in found}, metrics)
    write_measured([{"method": parameters.model.architecture, **as_row(figures)}], table)


if __name__ == "__main__":
    run_stage(evaluate)

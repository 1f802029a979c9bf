"""baseline: measure the classical denoisers at one noise level, each told its true strength."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.arrays import read_array
from denoise.classical import DENOISERS, denoise, tune
from denoise.levels import corrupt_at_level
from denoise.metric_files import write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means_with_intervals, measure
from denoise.white_noise import WHITE_NOISE
from stages.command import run_stage


def baseline(parameters: Parameters, level: str, clean: Path, judge: Path, table: Path) -> None:
    """Leave one row per denoiser: its parameter, how many test images it saw, its figures."""
    seed, strength = parameters.seed, parameters.level(level)
    options = parameters.baseline
    training = read_array(clean, "train_images")[: options.tuning_images]
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    read = OnnxModel(judge / "model.onnx")
    noisy_training = corrupt_at_level(training, strength, seed, f"tune/{level}")
    noisy_test = corrupt_at_level(test, strength, seed, f"test/{level}")
    target = test.astype(np.float64) / 255
    deviation = WHITE_NOISE[strength.white].deviation(strength.amplitude)
    rows = []
    for denoiser in tqdm(DENOISERS, unit=" filters", disable=None):
        value = tune(denoiser, noisy_training, training.astype(np.float64) / 255, deviation)
        shown = slice(options.test_images if denoiser.slow else None)
        images = denoise(denoiser, noisy_test[shown], deviation, value)
        figures = measure(images, target[shown], labels[shown], read(images))
        rows.append(
            {
                "method": denoiser.name,
                "parameter": denoiser.parameter,
                "value": value,
                "images": len(images),
                **means_with_intervals(figures),
            }
        )
    write_table(pd.DataFrame(rows), table)


if __name__ == "__main__":
    run_stage(baseline)

"""baseline: measure the classical denoisers at one noise level."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.evaluation.blind import choose_blindly
from denoise.evaluation.classical import DENOISERS, Corruption, denoise, tune
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.metrics import means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import write_table
from denoise.io.parameters import Parameters


def baseline(
    parameters: Parameters, level: str, clean: Path, classifier: Path, table: Path
) -> None:
    """Leave one row per denoiser: its parameter, how many test images it saw, its figures."""
    seed, strength = parameters.seed, parameters.level(level)
    options = parameters.baseline
    all_training = read_array(clean, "train_images")
    training = all_training[: options.tuning_images]
    test, reader = read_array(clean, "test_images"), Reader(clean, classifier)
    noisy_training = corrupt_at_level(training, strength, seed, f"tune/{level}")
    noisy_test = corrupt_at_level(test, strength, seed, f"test/{level}")
    training_target, target = training.astype(np.float64) / 255, test.astype(np.float64) / 255
    corruption = Corruption.of(strength)
    rows = []

    def add(method: str, parameter: str, value: float, images: np.ndarray) -> None:
        row = {"method": method, "parameter": parameter, "value": value, "images": len(images)}
        rows.append(row | means_with_intervals(reader.measure(images, target)))

    for denoiser in tqdm(DENOISERS, unit=" filters", disable=None):
        value = tune(denoiser, noisy_training, training_target, corruption)
        shown = noisy_test[: options.test_images if denoiser.slow else None]
        images = denoise(denoiser, shown, corruption, value)
        add(denoiser.name, denoiser.parameter, value, images)
    denoiser, value, estimate = choose_blindly(noisy_training)
    shown = noisy_test[: options.test_images if denoiser.slow else None]
    images = denoise(denoiser, shown, estimate, value)
    add("blind", f"{denoiser.name}: {denoiser.parameter}", value, images)
    linear = LinearDenoiser(all_training)
    add("linear", "images learned from", len(all_training), linear.at(strength)(noisy_test))
    write_table(pd.DataFrame(rows), table)


if __name__ == "__main__":
    run_stage(baseline)

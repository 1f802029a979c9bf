"""baseline: measure the classical denoisers at one noise level."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.evaluation.blind import choose_blindly, estimate_corruption
from denoise.evaluation.classical import DENOISERS, Corruption, denoise, tune
from denoise.evaluation.empirical_prior import EmpiricalPrior
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.measured import LEFT_OUT, as_row, write_measured
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.evaluation.reader import Reader
from denoise.evaluation.without_clean import measure_by_copy
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN
from denoise.io.parameters.pipeline import Parameters
from denoise.storage.arrays import read_images, read_noisy

# What is told the noise, and learns what clean images are like.
LEARNED = {
    "linear": LinearDenoiser,
    "mixture": MixtureDenoiser,
    "training images": EmpiricalPrior,
}


def baseline(
    parameters: Parameters, level: str, clean: Path, classifier: Path, table: Path
) -> None:
    """Leave one row per denoiser: its parameter and its figures, on all test images.

    What is said of the noise to the denoisers is estimated where the noise is as it came. Without
    clean images, filters are tuned and measured by the second noisy picture of each. What cannot
    be measured has a row that says why.
    """
    seed, strength = parameters.seed, parameters.level(level)
    all_training, test = (read_images(clean, part) for part in ("train", "test"))
    reader, tuning = Reader(clean, classifier), slice(parameters.baseline.tuning_images)
    training = None if all_training is None else all_training[tuning]
    came, came_test = read_noisy(clean, "train"), read_noisy(clean, "test")
    came = None if came is None else came[:, tuning]
    noisy_training = corrupt_at_level(training, strength, seed, f"tune/{level}", came)
    noisy_test = corrupt_at_level(test, strength, seed, f"test/{level}", came_test)
    training_target = (came[1] if training is None else training).astype(np.float64) / 255
    target = (came_test[1] if test is None else test).astype(np.float64) / 255
    if strength.kind == GIVEN:
        corruption = estimate_corruption(noisy_training)
        strength = corruption.as_level()
    else:
        corruption = Corruption.of(strength)
    rows = []

    def measure(images: np.ndarray) -> pd.DataFrame:
        if test is None:
            return measure_by_copy(images, noisy_test, target)
        return reader.measure(images, target)

    def add(method: str, parameter: str, value: float, images: np.ndarray) -> None:
        row = {"method": method, "parameter": parameter, "value": value}
        rows.append(row | as_row(measure(images)))

    for denoiser in tqdm(DENOISERS, unit=" filters", disable=None):
        value = tune(denoiser, noisy_training, training_target, corruption)
        images = denoise(denoiser, noisy_test, corruption, value)
        add(denoiser.name, denoiser.parameter, value, images)
    denoiser, value, estimate = choose_blindly(noisy_training)
    images = denoise(denoiser, noisy_test, estimate, value)
    add("blind", f"{denoiser.name}: {denoiser.parameter}", value, images)
    for name, estimator in LEARNED.items():
        try:
            if all_training is None:
                raise InputError("it learns from clean images, and the data set has none")
            images = estimator(all_training).at(strength)(noisy_test)
        except InputError as error:
            print(f"{name} is left out: {error}", flush=True)
            rows.append({"method": name, LEFT_OUT: str(error)})
        else:
            add(name, "images learned from", len(all_training), images)
    write_measured(rows, table)


if __name__ == "__main__":
    run_stage(baseline)

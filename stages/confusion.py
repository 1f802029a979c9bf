"""confusion: which digits become illegible, what they are misread as, and the best and worst."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix
from tqdm import tqdm

from denoise.analysis.non_digits import non_digits
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import psnr
from denoise.evaluation.reader import Reader
from denoise.io.command_line import run_stage
from denoise.io.parameters.pipeline import Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures import draw_nothing
from denoise.reporting.figures_confusion import draw_confusions, draw_extremes, draw_non_digits
from denoise.storage.arrays import read_images, read_noisy
from denoise.storage.metric_files import write_table

EXTREMES = 8  # of the best and of the worst images that are shown


def confusion(
    parameters: Parameters,
    clean: Path,
    model: Path,
    classifier: Path,
    out: Path,
) -> None:
    """Leave how often each digit is read as which at every level, and three pictures.

    Of data without labels there is nothing to count, and of data without clean images nobody knows
    which are best and worst: pictures say so.
    """
    test, reader = read_images(clean, "test"), Reader(clean, classifier)
    denoiser, given = OnnxModel(model / "model.onnx"), read_noisy(clean, "test")
    levels = sorted(parameters.levels)
    counts = {}
    for level in tqdm(levels, unit=" levels", disable=None):
        strength = parameters.levels[level]
        noisy = corrupt_at_level(test, strength, parameters.seed, f"test/{level}", given)
        denoised = denoiser(noisy)
        readings = reader(denoised)
        if readings is not None:
            counts[level] = count(reader.labels, readings)
        if test is not None and level == levels[len(levels) // 2]:
            order = np.argsort(psnr(test / 255.0, denoised), kind="stable")
            chosen = np.concatenate([order[::-1][:EXTREMES], order[:EXTREMES]])
            shown = (test[chosen], noisy[chosen], denoised[chosen])
            draw_extremes(*shown, level, out / "extremes.png")
    if test is None:
        draw_nothing("the data has no clean images", out / "extremes.png")
    rows = [as_rows(level, matrix) for level, matrix in counts.items()]
    write_table(pd.concat(rows) if rows else pd.DataFrame(columns=["level"]), out / "confusion.csv")
    if counts:
        draw_confusions(counts, out / "confusion.png")
    else:
        draw_nothing("the data has no labels", out / "confusion.png")
    names, images = non_digits(given[0] if test is None else test)
    denoised = denoiser(images)
    draw_non_digits(names, images, denoised, reader(denoised), out / "non-digits.png")


def count(labels: np.ndarray, readings: np.ndarray) -> np.ndarray:
    """Return how often each class was read as which, (classes, classes)."""
    return confusion_matrix(labels, readings.argmax(axis=1), labels=range(readings.shape[1]))


def as_rows(level: str, counts: np.ndarray) -> pd.DataFrame:
    """Return a level's confusion matrix as a table: one row per digit, with its legibility."""
    table = pd.DataFrame(counts, columns=[f"read_as_{digit}" for digit in range(len(counts))])
    table.insert(0, "level", level)
    table.insert(1, "digit", range(len(counts)))
    table.insert(2, "legibility", counts.diagonal() / np.maximum(counts.sum(axis=1), 1))
    return table


if __name__ == "__main__":
    run_stage(confusion)

"""readings: which digits become illegible, what they are misread as, and the best and worst."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.arrays import read_array
from denoise.figures_readings import draw_confusions, draw_extremes, draw_no_digits
from denoise.levels import corrupt_at_level
from denoise.metric_files import write_table
from denoise.no_digits import no_digits
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import psnr
from stages.command import run_stage

CLASSES = 10
EXTREMES = 8  # of the best and of the worst images that are shown


def readings(
    parameters: Parameters,
    clean: Path,
    model: Path,
    judge: Path,
    table: Path,
    confusions: Path,
    extremes: Path,
    others: Path,
) -> None:
    """Leave how often each digit is read as which at every level, and three pictures."""
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    levels = sorted(parameters.levels)
    counts = {}
    for level in tqdm(levels, unit=" levels", disable=None):
        strength = parameters.levels[level]
        noisy = corrupt_at_level(test, strength, parameters.seed, f"test/{level}")
        denoised = denoiser(noisy)
        counts[level] = confusion(labels, read(denoised).argmax(axis=1))
        if level == levels[len(levels) // 2]:
            order = np.argsort(psnr(denoised, test / 255.0), kind="stable")
            chosen = np.concatenate([order[::-1][:EXTREMES], order[:EXTREMES]])
            draw_extremes(test[chosen], noisy[chosen], denoised[chosen], level, extremes)
    write_table(pd.concat([as_rows(level, count) for level, count in counts.items()]), table)
    draw_confusions(counts, confusions)
    names, images = no_digits(test)
    denoised = denoiser(images)
    draw_no_digits(names, images, denoised, read(denoised), others)


def confusion(labels: np.ndarray, read_as: np.ndarray) -> np.ndarray:
    """How often digit ``row`` was read as ``column``, (10, 10)."""
    counts = np.zeros((CLASSES, CLASSES), int)
    np.add.at(counts, (labels, read_as), 1)
    return counts


def as_rows(level: str, counts: np.ndarray) -> pd.DataFrame:
    """A level's confusion matrix as a table: one row per digit, with its legibility."""
    table = pd.DataFrame(counts, columns=[f"read_as_{digit}" for digit in range(CLASSES)])
    table.insert(0, "level", level)
    table.insert(1, "digit", range(CLASSES))
    table.insert(2, "legibility", counts.diagonal() / np.maximum(counts.sum(axis=1), 1))
    return table


if __name__ == "__main__":
    run_stage(readings)

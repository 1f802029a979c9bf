"""robustness: measure the model on corruptions that it was not trained for."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.analysis.robustness import CORRUPTIONS
from denoise.evaluation.metrics import means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import write_table
from denoise.io.parameters import Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures_robustness import draw_damaged_digits, draw_robustness
from denoise.seeding import seed_sequence

IMAGES = 2000  # test images; ten times as many would change the third decimal


def robustness(
    parameters: Parameters,
    clean: Path,
    model: Path,
    classifier: Path,
    out: Path,
) -> None:
    """Leave one row per corruption, strength, and image before or after; a chart and digits."""
    target = read_array(clean, "test_images")[:IMAGES] / 255.0
    denoiser, reader = OnnxModel(model / "model.onnx"), Reader(clean, classifier)
    rows, shown = [], []
    for kind in tqdm(CORRUPTIONS, unit=" corruptions", disable=None):
        for strength in kind.strengths:
            stream = seed_sequence(parameters.seed, f"robustness/{kind.name}/{strength:g}")
            noisy = kind.apply(target, strength, np.random.default_rng(stream))
            denoised = denoiser(noisy)
            shown.append((kind, strength, noisy[0], denoised[0]))
            for state, images in (("corrupted", np.clip(noisy, 0, 1)), ("denoised", denoised)):
                scores = means_with_intervals(reader.measure(images, target))
                row = {"corruption": kind.name, "strength": strength, "images": state}
                rows.append(row | scores)
    results = pd.DataFrame(rows)
    write_table(results, out / "results.csv")
    draw_robustness(results, out / "chart.png")
    draw_damaged_digits(shown, out / "digits.png")


if __name__ == "__main__":
    run_stage(robustness)

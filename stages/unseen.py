"""unseen: measure the model on corruptions that it was not trained for."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.arrays import read_array
from denoise.figures_unseen import draw_unseen, draw_unseen_digits
from denoise.metric_files import write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means_with_intervals, measure
from denoise.seeding import seed_sequence
from denoise.unseen import CORRUPTIONS
from stages.command import run_stage

IMAGES = 2000  # test images; ten times as many would change the third decimal


def unseen(
    parameters: Parameters,
    clean: Path,
    model: Path,
    judge: Path,
    table: Path,
    chart: Path,
    digits: Path,
) -> None:
    """Leave one row per corruption, strength, and image before or after; a chart and digits."""
    target = read_array(clean, "test_images")[:IMAGES] / 255.0
    labels = read_array(clean, "test_labels")[:IMAGES]
    denoiser, read = OnnxModel(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    rows, shown = [], []
    for kind in tqdm(CORRUPTIONS, unit=" corruptions", disable=None):
        for strength in kind.strengths:
            stream = seed_sequence(parameters.seed, f"unseen/{kind.name}/{strength:g}")
            noisy = kind.apply(target, strength, np.random.default_rng(stream))
            denoised = denoiser(noisy)
            shown.append((kind, strength, noisy[0], denoised[0]))
            for state, images in (("corrupted", np.clip(noisy, 0, 1)), ("denoised", denoised)):
                figures = means_with_intervals(measure(images, target, labels, read(images)))
                row = {"corruption": kind.name, "strength": strength, "images": state}
                rows.append(row | figures)
    results = pd.DataFrame(rows)
    write_table(results, table)
    draw_unseen(results, chart)
    draw_unseen_digits(shown, digits)


if __name__ == "__main__":
    run_stage(unseen)

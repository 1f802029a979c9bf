"""robustness: measure the model on corruptions that it was not trained for."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.analysis.robustness import CORRUPTIONS
from denoise.evaluation.metrics import means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.command_line import run_stage
from denoise.io.parameters.pipeline import Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures import draw_nothing
from denoise.reporting.figures_robustness import draw_damaged_digits, draw_robustness
from denoise.seeding import seed_sequence
from denoise.storage.arrays import has_clean, read_array
from denoise.storage.metric_files import write_table

KEYS = ["corruption", "strength", "images"]  # the columns that say what a row is of


def robustness(
    parameters: Parameters,
    clean: Path,
    model: Path,
    classifier: Path,
    out: Path,
) -> None:
    """Leave one row per corruption, strength, and image before or after; a chart and digits.

    Without clean images there is nothing to damage, and the pictures say so.
    """
    if not has_clean(clean):
        print("The data has no clean images: there is nothing to damage", flush=True)
        write_table(pd.DataFrame(columns=KEYS), out / "results.csv")
        for name in ("chart.png", "digits.png"):
            draw_nothing("the data has no clean images", out / name)
        return
    target = read_array(clean, "test_images") / 255.0
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
                row = dict(zip(KEYS, (kind.name, strength, state), strict=True))
                rows.append(row | scores)
    results = pd.DataFrame(rows)
    write_table(results, out / "results.csv")
    draw_robustness(results, out / "chart.png")
    draw_damaged_digits(shown, out / "digits.png")


if __name__ == "__main__":
    run_stage(robustness)

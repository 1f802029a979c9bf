"""gains: set models of the article's network beside the weights that its author published."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.corruption.corrupt import corrupt
from denoise.evaluation.metrics import means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.metric_files import read_table, write_table, write_text
from denoise.io.parameters import Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures_gains import draw_gains
from denoise.reporting.gains import gains_as_markdown, gains_over
from denoise.seeding import seed_sequence


def gains(
    parameters: Parameters,
    clean: Path,
    model: Path,
    models: Path,
    classifier: Path,
    author: Path,
    out: Path,
) -> None:
    """Leave what the pipeline's own model, and others of the same network, have more.

    ``author`` holds the corruptions with the figures, so that ours are measured on the same ones
    whatever the levels in params.yaml.
    """
    test, reader = read_array(clean, "test_images"), Reader(clean, classifier)
    target = test.astype(np.float64) / 255
    denoisers = {parameters.model.architecture: OnnxModel(model / "model.onnx")}
    for name, variant in parameters.studies.networks.items():
        # Without blur, or without clean images, was not what the author trained on.
        like_the_authors = variant.target == "clean" and variant.noise.blur[1] > 0
        if variant.model == parameters.model and like_the_authors:
            denoisers[name] = OnnxModel(models / name / "model.onnx")
    published = read_table(author)
    rows = []
    for level in tqdm(published.itertuples(), total=len(published), unit=" levels", disable=None):
        noisy, _, _ = corrupt(
            test,
            (level.blur_low, level.blur_high),
            (level.amplitude_low, level.amplitude_high),
            seed_sequence(parameters.seed, f"test/{level.level}"),
        )
        for method, denoiser in denoisers.items():
            figures = reader.measure(denoiser(noisy), target)
            row = {"level": level.level, "method": method}
            rows.append(row | means_with_intervals(figures))
    results = gains_over(published, pd.DataFrame(rows))
    write_table(results, out / "results.csv")
    write_text(gains_as_markdown(results), out / "results.md")
    draw_gains(results, out / "chart.png")


if __name__ == "__main__":
    run_stage(gains)

"""margins: set models of the article's network beside the weights that its author published."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.arrays import read_array
from denoise.corruption import corrupt
from denoise.figures_margins import draw_margins
from denoise.margins import margins_as_markdown, margins_over
from denoise.metric_files import read_table, write_table, write_text
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means_with_intervals, measure
from denoise.seeding import seed_sequence
from stages.command import run_stage


def margins(
    parameters: Parameters,
    clean: Path,
    model: Path,
    models: Path,
    judge: Path,
    author: Path,
    table: Path,
    summary: Path,
    figure: Path,
) -> None:
    """Leave what the pipeline's own model, and others of the same network, have more.

    ``author`` holds the corruptions with the figures, so that ours are measured on the same ones
    whatever the levels in params.yaml.
    """
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    target, read = test.astype(np.float64) / 255, OnnxModel(judge / "model.onnx")
    denoisers = {parameters.model.architecture: OnnxModel(model / "model.onnx")}
    for name, variant in parameters.comparison.items():
        if variant.model == parameters.model:
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
            denoised = denoiser(noisy)
            figures = measure(denoised, target, labels, read(denoised))
            row = {"level": level.level, "method": method}
            rows.append(row | means_with_intervals(figures))
    results = margins_over(published, pd.DataFrame(rows))
    write_table(results, table)
    write_text(margins_as_markdown(results), summary)
    draw_margins(results, figure)


if __name__ == "__main__":
    run_stage(margins)

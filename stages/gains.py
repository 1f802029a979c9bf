"""gains: set models of the article's network beside the weights that its author published."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.corruption.corrupt import corrupt
from denoise.evaluation.metrics import means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures_gains import draw_gains
from denoise.reporting.gains import gains_as_markdown, gains_over
from denoise.seeding import seed_sequence
from denoise.storage.arrays import read_array
from denoise.storage.metric_files import read_table, write_table, write_text


def gains(
    studies: Studies,
    clean: Path,
    model: Path,
    networks: Path,
    classifier: Path,
    author: Path,
    out: Path,
) -> None:
    """Leave what every training of the same network as the pipeline's own has more.

    ``author`` holds the corruptions with the figures, so that ours are measured on the same ones
    whatever the levels in params.yaml.
    """
    test, reader = read_array(clean, "test_images"), Reader(clean, classifier)
    target = test.astype(np.float64) / 255
    denoisers = {
        (method, seed): OnnxModel(folder / "model.onnx")
        for method, seed, folder in trainings(studies, model, networks)
    }
    published = read_table(author)
    rows = []
    for level in tqdm(published.itertuples(), total=len(published), unit=" levels", disable=None):
        noisy, _, _ = corrupt(
            test,
            (level.blur_low, level.blur_high),
            (level.amplitude_low, level.amplitude_high),
            seed_sequence(studies.pipeline.seed, f"test/{level.level}"),
        )
        for (method, seed), denoiser in denoisers.items():
            figures = reader.measure(denoiser(noisy), target)
            row = {"level": level.level, "method": method, "seed": seed}
            rows.append(row | means_with_intervals(figures))
    results = gains_over(published, pd.DataFrame(rows))
    write_table(results, out / "results.csv")
    write_text(gains_as_markdown(results), out / "results.md")
    draw_gains(results, out / "chart.png")


def trainings(studies: Studies, model: Path, networks: Path) -> list[tuple[str, int, Path]]:
    """Return model, seed and folder of all trainings that can be set beside the author's."""
    found, pipeline = [], studies.pipeline
    for number, (name, training) in enumerate(studies.networks().items()):
        # Without blur, or without clean images, was not what the author trained on.
        like_the_authors = training.target == "clean" and training.noise.blur[1] > 0
        if training.model == pipeline.model and like_the_authors:
            for seed in training.seeds:
                own = number == 0 and seed == pipeline.seed
                found.append((name, seed, model if own else networks / name / str(seed)))
    return found


if __name__ == "__main__":
    run_stage(gains, read_studies, STUDIES)

"""summarize: the methods side by side at every level, and the figures."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import psnr
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.metric_files import read_table, write_table, write_text
from denoise.io.parameters import Level, Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures import (
    draw_before_and_after,
    draw_heat_map,
    draw_levels,
    draw_loss_curves,
)
from denoise.reporting.result_tables import describe_noise, side_by_side


def summarize(
    parameters: Parameters,
    clean: Path,
    model: Path,
    curve: Path,
    levels: Path,
    baselines: Path,
    out: Path,
) -> None:
    """Leave the table as CSV and Markdown, and five figures."""
    test = read_array(clean, "test_images")
    denoiser = OnnxModel(model / "model.onnx")
    results = collect(parameters, levels, baselines)
    write_table(results, out / "results.csv")
    write_text(side_by_side(results), out / "results.md")
    draw_loss_curves(read_table(curve), out / "loss.png")
    draw_levels(results, out / "levels.png")
    draw_one_digit(parameters, test, denoiser, out / "one-digit.png")
    draw_six_digits(parameters, test, denoiser, out / "six-digits.png")
    draw_grid(parameters, test, denoiser, out / "grid.png")


def collect(parameters: Parameters, levels: Path, baselines: Path) -> pd.DataFrame:
    """One row per level and method, the model first."""
    tables = []
    for name in sorted(parameters.levels):
        rows = [read_table(folder / f"{name}.csv") for folder in (levels, baselines)]
        table = pd.concat(rows, ignore_index=True).drop(columns=["parameter", "value"])
        for place, (key, value) in enumerate(parameters.levels[name].model_dump().items()):
            table.insert(place, key, value)
        table.insert(0, "level", name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def draw_one_digit(
    parameters: Parameters, test: np.ndarray, denoiser: OnnxModel, path: Path
) -> None:
    """Draw the article's first picture: one digit at every level."""
    number = parameters.summarize.digit
    if number >= len(test):
        raise InputError(
            f"report.digit is {number} in params.yaml; the test images are 0 to {len(test) - 1}"
        )
    names = sorted(parameters.levels)
    noisy = np.stack(
        [
            corrupt_at_level(
                test[: number + 1], parameters.levels[name], parameters.seed, f"test/{name}"
            )[number]
            for name in names
        ]
    )
    titles = [
        f"{name}\nσ = {level.blur:g}, {describe_noise(level.kind, level.amplitude)}"
        for name, level in sorted(parameters.levels.items())
    ]
    draw_before_and_after(noisy, denoiser(noisy), titles, path)


def draw_six_digits(
    parameters: Parameters, test: np.ndarray, denoiser: OnnxModel, path: Path
) -> None:
    """Draw the article's second picture: six digits at one strong level."""
    strength = parameters.summarize.six_digits
    noisy = corrupt_at_level(test[:6], strength, parameters.seed, "report/six-digits")
    noise = describe_noise(strength.kind, strength.amplitude)
    title = f"σ = {strength.blur:g}, {noise}"
    draw_before_and_after(noisy, denoiser(noisy), [title] * 6, path)


def draw_grid(parameters: Parameters, test: np.ndarray, denoiser: OnnxModel, path: Path) -> None:
    """Draw the heat map: every blur of the levels with every amplitude of the levels."""
    images = test[: parameters.summarize.grid_images]
    target = images.astype(np.float64) / 255
    blurs = sorted({level.blur for level in parameters.levels.values()})
    amplitudes = sorted({level.amplitude for level in parameters.levels.values()})
    means = np.empty((len(blurs), len(amplitudes)))
    with tqdm(total=means.size, unit=" cells", disable=None) as progress:
        for row, blur in enumerate(blurs):
            for column, amplitude in enumerate(amplitudes):
                level = Level(blur=blur, amplitude=amplitude, kind="uniform")
                name = f"report/grid/{blur:g}/{amplitude:g}"
                noisy = corrupt_at_level(images, level, parameters.seed, name)
                means[row, column] = psnr(denoiser(noisy), target).mean()
                progress.update()
    draw_heat_map(means, blurs, amplitudes, len(images), path)


if __name__ == "__main__":
    run_stage(summarize)

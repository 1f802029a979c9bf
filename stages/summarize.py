"""summarize: the methods side by side at every level, and the figures."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from denoise.datasets.clipping import tell_clipped
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.measured import read_left_out, read_levels
from denoise.evaluation.metrics import psnr
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN, Level
from denoise.io.parameters.pipeline import Parameters
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures import (
    draw_before_and_after,
    draw_heat_map,
    draw_levels,
    draw_loss_curves,
    draw_nothing,
)
from denoise.reporting.leaders import mark_leaders
from denoise.reporting.result_tables import describe_noise, side_by_side
from denoise.storage.arrays import read_images, read_noisy
from denoise.storage.metric_files import read_table, write_table, write_text


def summarize(
    parameters: Parameters,
    clean: Path,
    model: Path,
    curve: Path,
    levels: Path,
    baselines: Path,
    out: Path,
) -> None:
    """Leave the table as CSV and Markdown, the model's rows of it alone, and five figures.

    Without clean images no noise can be made, and the figures of it say so.
    """
    test, given = read_images(clean, "test"), read_noisy(clean, "test")
    denoiser = OnnxModel(model / "model.onnx")
    results = mark_leaders(read_levels(parameters.levels, levels, baselines))
    write_table(results, out / "results.csv")
    write_table(results.drop_duplicates("level"), out / "model.csv")
    left_out = read_left_out(parameters.levels, baselines)
    write_text(side_by_side(results, left_out, tell_clipped(clean)), out / "results.md")
    draw_loss_curves(read_table(curve), test is not None, out / "loss.png")
    draw_levels(results, out / "levels.png")
    draw_one_digit(parameters, test, given, denoiser, out / "one-digit.png")
    draw_six_digits(parameters, test, given, denoiser, out / "six-digits.png")
    draw_grid(parameters, test, denoiser, out / "grid.png")


def draw_one_digit(
    parameters: Parameters,
    test: np.ndarray | None,
    given: np.ndarray | None,
    denoiser: OnnxModel,
    path: Path,
) -> None:
    """Draw the article's first picture: one digit at every level."""
    number, count = parameters.summarize.digit, len(given[0] if test is None else test)
    if number >= count:
        raise InputError(
            f"summarize.digit is {number} in params.yaml; the test images are 0 to {count - 1}"
        )
    names = sorted(parameters.levels)
    shown, seed = None if test is None else test[: number + 1], parameters.seed
    noisy = np.stack(
        [
            corrupt_at_level(shown, parameters.levels[name], seed, f"test/{name}", given)[number]
            for name in names
        ]
    )
    titles = [
        f"{name}\nσ {level.blur:g} px, noise {describe_noise(level.kind, level.amplitude)}"
        for name, level in sorted(parameters.levels.items())
    ]
    draw_before_and_after(noisy, denoiser(noisy), titles, path)


def draw_six_digits(
    parameters: Parameters,
    test: np.ndarray | None,
    given: np.ndarray | None,
    denoiser: OnnxModel,
    path: Path,
) -> None:
    """Draw the article's second picture: six digits at one strong level."""
    strength = parameters.summarize.six_digits
    if test is None and strength.kind != GIVEN:
        draw_nothing("the data has no clean images", path)
        return
    six = None if test is None else test[:6]
    noisy = corrupt_at_level(six, strength, parameters.seed, "report/six-digits", given)[:6]
    noise = describe_noise(strength.kind, strength.amplitude)
    title = f"σ {strength.blur:g} px, noise {noise}"
    draw_before_and_after(noisy, denoiser(noisy), [title] * 6, path)


def draw_grid(
    parameters: Parameters, test: np.ndarray | None, denoiser: OnnxModel, path: Path
) -> None:
    """Draw the heat map: every blur of the levels with every amplitude of the levels."""
    made = [level for level in parameters.levels.values() if level.kind != GIVEN]
    if not made:
        draw_nothing("all noise is as it came", path)
        return
    target = test.astype(np.float64) / 255
    blurs = sorted({level.blur for level in made})
    amplitudes = sorted({level.amplitude for level in made})
    means = np.empty((len(blurs), len(amplitudes)))
    with tqdm(total=means.size, unit=" cells", disable=None) as progress:
        for row, blur in enumerate(blurs):
            for column, amplitude in enumerate(amplitudes):
                level = Level(blur=blur, amplitude=amplitude, kind="uniform")
                name = f"report/grid/{blur:g}/{amplitude:g}"
                noisy = corrupt_at_level(test, level, parameters.seed, name)
                means[row, column] = psnr(target, denoiser(noisy)).mean()
                progress.update()
    draw_heat_map(means, blurs, amplitudes, len(test), path)


if __name__ == "__main__":
    run_stage(summarize)

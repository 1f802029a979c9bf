"""ensemble: join trainings into one model that says how sure it is, and test what it says."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import means_with_intervals, psnr
from denoise.io.atomic import atomic_folder
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import TAKES, TILES
from denoise.reporting.figures_uncertainty import draw_maps
from denoise.reporting.uncertainty_tables import AS_TRAINED, intervals_as_markdown, within_trained
from denoise.storage.arrays import has_patches, read_array
from denoise.storage.metric_files import write_table, write_text
from denoise.uncertainty.conformal import calibrate_intervals
from denoise.uncertainty.coverage import measure_coverage
from denoise.uncertainty.ensemble_model import EnsembleModel, Intervals
from denoise.uncertainty.fresh_noise import corrupt_as_trained
from denoise.uncertainty.packing import pack_members, write_packed


def ensemble(studies: Studies, name: str, clean: Path, members: Path, out: Path) -> None:
    """Leave the model, PSNR and coverage by level on all test images, and a picture of its maps."""
    training = studies.ensemble_training(name)
    images, test = (read_array(clean, f"{part}_images") for part in ("train", "test"))
    with atomic_folder(out) as partial:
        path = partial / "model.onnx"
        packed = pack_members([members / str(seed) / "model.onnx" for seed in training.seeds])
        write_packed(packed, {}, path)
        intervals = calibrate(studies, name, EnsembleModel(path), images[-training.held_out :])
        takes = {TAKES: TILES} if has_patches(clean) else {}
        write_packed(packed, intervals.as_metadata() | takes, path)
        results, shown = measure_by_noise(studies, name, EnsembleModel(path), test)
        write_table(results, partial / "results.csv")
        write_text(intervals_as_markdown(results, intervals, training), partial / "results.md")
        draw_maps(shown, partial / "maps.png")


def calibrate(studies: Studies, name: str, model: EnsembleModel, held_out: np.ndarray) -> Intervals:
    """Return the intervals that images promise which no member has seen, (n, height, width)."""
    noise, seed = studies.ensemble_training(name).noise, studies.pipeline.seed
    noisy = corrupt_as_trained(held_out, noise, seed, f"ensembles/{name}/held-out")
    mean, deviation = model.with_deviation(noisy)
    return calibrate_intervals(mean, deviation, held_out / 255, studies.ensembles[name].coverage)


def measure_by_noise(
    studies: Studies, name: str, model: EnsembleModel, test: np.ndarray
) -> tuple[pd.DataFrame, dict[str, list[np.ndarray]]]:
    """Return a row for noise as trained and for each level, and what to show of each level."""
    pipeline, noise = studies.pipeline, studies.ensemble_training(name).noise
    target, digit = test / 255, min(pipeline.summarize.digit, len(test) - 1)
    rows, shown = [], {}
    for level in tqdm([AS_TRAINED, *pipeline.made_levels], unit=" levels", disable=None):
        if level == AS_TRAINED:
            noisy = corrupt_as_trained(test, noise, pipeline.seed, f"ensembles/{name}/test")
            trained = True
        else:
            noisy = corrupt_at_level(test, pipeline.levels[level], pipeline.seed, f"test/{level}")
            trained = within_trained(pipeline.levels[level], noise)
        mean, deviation = model.with_deviation(noisy)
        widths = model.intervals.half_widths(deviation)
        figures = measure_coverage(np.abs(mean - target), widths, target > 0)
        figures.insert(0, "psnr", psnr(target, mean))
        row = {"level": level, "trained": trained, "images": len(test)}
        rows.append(row | means_with_intervals(figures))
        if level != AS_TRAINED:
            shown[level] = [part[digit] for part in (noisy, mean, widths, target)]
    return pd.DataFrame(rows), shown


if __name__ == "__main__":
    run_stage(ensemble, read_studies, STUDIES)

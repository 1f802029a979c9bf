"""measure_pictures: set the model of photographs beside filters, on whole pictures."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.datasets.picture_folders import read_all
from denoise.datasets.pictures import write_picture
from denoise.datasets.registry import find_dataset
from denoise.datasets.skimage_pictures import files_of
from denoise.evaluation.classical import DENOISERS, Corruption, Denoiser, denoise, tune
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import psnr, ssim
from denoise.inference.tiles import denoise_in_tiles
from denoise.io.command_line import run_stage
from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.noise import Level
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel
from denoise.reporting.pictures_table import pictures_as_markdown
from denoise.storage.metric_files import write_table, write_text

BESIDE = ("noisy", "wavelets", "total variation", "non-local means")


def measure_pictures(studies: Studies, datasets: Path, model: Path, out: Path) -> None:
    """Leave a row for each level, picture and method, and each picture before and after.

    Filters are told the noise, and tuned on the first patches of the pictures to train on.
    """
    chosen, run = studies.pictures, OnnxModel(model / "model.onnx")
    dataset = read_dataset(datasets, chosen.dataset)
    names = dataset.test
    pictures = dict(zip(names, read_all(files_of(names)), strict=True))
    training = find_dataset(chosen.dataset, dataset)["train_images"]
    training = training[: studies.pipeline.baseline.tuning_images]
    seed = studies.of_pictures().seed
    network = chosen.training.model.architecture
    rows = []
    with tqdm(total=len(chosen.levels) * len(names), unit=" pictures", disable=None) as progress:
        for level, strength in chosen.levels.items():
            filters = tuned(training, strength, seed, level)
            for name, picture in pictures.items():
                stream = f"pictures/{level}/{name}"
                noisy = corrupt_at_level(picture[np.newaxis], strength, seed, stream)
                found = {method: run_filter(noisy)[0] for method, run_filter in filters.items()}
                found[network] = denoise_in_tiles(noisy[0], run, run.input_shape[1:3])
                rows += [
                    {"level": level, "picture": name, "method": method, **score(image, picture)}
                    for method, image in found.items()
                ]
                both = np.hstack([noisy[0], found[network]])
                write_picture(both, out / f"{name}-{level}.png")
                progress.update()
    table = pd.DataFrame(rows)
    write_table(table, out / "results.csv")
    write_text(pictures_as_markdown(table), out / "results.md")


def tuned(
    training: np.ndarray, level: Level, seed: int, name: str
) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Return the filters by name, each told the noise of a level and tuned on training images."""
    noisy = corrupt_at_level(training, level, seed, f"pictures/{name}/tune")
    corruption, target = Corruption.of(level), training.astype(np.float64) / 255

    def at_its_best(denoiser: Denoiser) -> Callable[[np.ndarray], np.ndarray]:
        value = tune(denoiser, noisy, target, corruption)
        return lambda images: denoise(denoiser, images, corruption, value)

    return {each.name: at_its_best(each) for each in DENOISERS if each.name in BESIDE}


def score(image: np.ndarray, picture: np.ndarray) -> dict[str, float]:
    """Return PSNR and SSIM of a (height, width) image against the clean uint8 picture."""
    images, clean = image[np.newaxis], picture[np.newaxis] / 255
    return {"psnr": float(psnr(images, clean)[0]), "ssim": float(ssim(images, clean)[0])}


if __name__ == "__main__":
    run_stage(measure_pictures, read_studies, STUDIES)

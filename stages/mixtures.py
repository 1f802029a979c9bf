"""mixtures: try how many Gaussians a mixture should have, on held-out training images."""

from itertools import product
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import psnr
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.mixture_choice import mixtures_as_markdown
from denoise.storage.arrays import read_array
from denoise.storage.metric_files import write_table, write_text


def mixtures(studies: Studies, clean: Path, out: Path) -> None:
    """Leave the PSNR of every mixture at every level with noise; no test image is seen."""
    tried, seed = studies.mixtures, studies.pipeline.seed
    images = read_array(clean, "train_images")
    if tried.held_out >= len(images):
        raise InputError(
            f"mixtures.held_out in studies/params.yaml is {tried.held_out}, which leaves none of"
            f" {len(images)} training images to fit to: hold out fewer"
        )
    fitted_to, held_out = images[: -tried.held_out], images[-tried.held_out :]
    levels = {
        name: level
        for name, level in studies.pipeline.levels.items()
        if level.blur or level.amplitude
    }
    noisy = {
        name: corrupt_at_level(held_out, level, seed, f"mixtures/{name}")
        for name, level in levels.items()
    }
    rows = []
    grid = [*product(tried.components, tried.borrowed)]
    for components, borrowed in tqdm(grid, unit=" mixtures", disable=None):
        mixture = MixtureDenoiser(fitted_to, components, borrowed)
        for name, level in levels.items():
            denoised = mixture.at(level)(noisy[name])
            row = {"components": components, "borrowed": borrowed, "level": name}
            rows.append(row | {"psnr": psnr(held_out / 255.0, denoised).mean()})
    results = pd.DataFrame(rows)
    write_table(results, out / "results.csv")
    write_text(mixtures_as_markdown(results), out / "results.md")


if __name__ == "__main__":
    run_stage(mixtures, read_studies, STUDIES)

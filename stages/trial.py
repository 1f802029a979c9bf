"""trial: train by one candidate recipe and measure it on held-out training images."""

from pathlib import Path

import pandas as pd

from denoise.backends.backend import select_backend
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.seeding import integer_seed
from denoise.storage.arrays import read_array
from denoise.storage.metric_files import write_table
from denoise.training.pairs import Pairs


def trial(studies: Studies, candidate: str, clean: Path, noisy: Path, table: Path) -> None:
    """Leave the held-out loss of every seed; the test images are never seen."""
    chosen, parameters, held_out = studies.candidate(candidate), studies.pipeline, studies.held_out
    if parameters.noise.kind == GIVEN:
        raise InputError(
            "recipes are tried on noise that is made, of held-out images too: noise.kind is 'given'"
            " in params.yaml"
        )
    images, copies = read_array(clean, "train_images"), read_array(noisy, "images")
    if held_out >= len(images):
        raise InputError(
            f"recipes.held_out in studies/params.yaml is {held_out}, which leaves none of"
            f" {len(images)} training images to train on: hold out fewer"
        )
    by_copy = copies.reshape(parameters.noise.copies, *images.shape, 1)
    noisy_seen = by_copy[:, :-held_out].reshape(-1, *images.shape[1:], 1)
    pairs = Pairs(noisy_seen, images[:-held_out])
    select_backend(parameters.train.backend)
    from denoise.networks.registry import build_model
    from denoise.training.held_out import held_out_loss

    rows = []
    for number, seed in enumerate(chosen.seeds, start=1):
        print(f"{candidate}, seed {seed}: {number} of {len(chosen.seeds)}", flush=True)
        loss = held_out_loss(
            lambda: build_model(parameters.model, images.shape[1:]),
            pairs,
            images[-held_out:],
            parameters.noise,
            chosen,
            integer_seed(seed, "train/weights"),
        )
        rows.append({"candidate": candidate, "seed": seed, "held_out_loss": loss})
    write_table(pd.DataFrame(rows), table)


if __name__ == "__main__":
    run_stage(trial, read_studies, STUDIES)

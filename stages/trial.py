"""trial: train by one candidate recipe and measure it on held-out training images."""

from pathlib import Path

import pandas as pd

from denoise.backends.backend import select_backend
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.metric_files import write_table
from denoise.io.parameters import Parameters
from denoise.seeding import integer_seed


def trial(parameters: Parameters, candidate: str, clean: Path, noisy: Path, table: Path) -> None:
    """Leave the held-out loss of every seed; the test images are never seen."""
    study = parameters.studies.recipes
    if candidate not in study.candidates:
        known = ", ".join(study.candidates)
        raise InputError(f"there is no candidate {candidate!r}; the candidates are {known}")
    chosen = study.candidates[candidate]
    images, copies = read_array(clean, "train_images"), read_array(noisy, "images")
    seen = copies.reshape(parameters.noise.copies, *images.shape, 1)[:, : -study.held_out]
    seen = seen.reshape(-1, *seen.shape[2:])
    select_backend(parameters.train.backend)
    from denoise.networks.registry import build_model
    from denoise.training.held_out import held_out_loss

    rows = []
    for number, seed in enumerate(chosen.seeds, start=1):
        print(f"{candidate}, seed {seed}: {number} of {len(chosen.seeds)}", flush=True)
        loss = held_out_loss(
            lambda: build_model(parameters.model, images.shape[1:]),
            seen,
            images[: -study.held_out],
            images[-study.held_out :],
            parameters.noise,
            chosen,
            integer_seed(seed, "train/weights"),
        )
        rows.append({"candidate": candidate, "seed": seed, "held_out_loss": loss})
    write_table(pd.DataFrame(rows), table)


if __name__ == "__main__":
    run_stage(trial)

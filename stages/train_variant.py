"""train_variant: train a model of the studies, once with each of its seeds."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.storage.arrays import read_array, write_arrays
from denoise.storage.metric_files import read_table, write_table
from stages.generate import generate
from stages.train import train_and_save


def train_variant(
    studies: Studies,
    name: str,
    clean: Path,
    noisy: Path,
    model: Path,
    curve: Path,
    checkpoints: Path,
) -> None:
    """Leave a model in a folder for each seed, and all loss curves in one table.

    The noisy images in ``noisy`` are made for each training and not kept. Trainings that are
    finished are kept in ``checkpoints`` until all are: after an interruption none is repeated.
    """
    training, unfinished, curves = studies.training(name), [], []
    seeds, apart = training.seeds, noisy.with_name(f"{noisy.name}-clean")
    with without_held_out(clean, training.held_out, apart, name) as seen:
        for number, seed in enumerate(seeds, start=1):
            print(f"{name}, seed {seed}: {number} of {len(seeds)}", flush=True)
            parameters = studies.parameters(name, seed)
            generate(parameters, seen, noisy)
            own_curve = noisy / "loss.csv"
            folder = model / str(seed)
            unfinished.append(
                train_and_save(parameters, seen, noisy, folder, own_curve, checkpoints)
            )
            table = read_table(own_curve)
            table.insert(0, "seed", seed)
            curves.append(table)
            shutil.rmtree(noisy)
    write_table(pd.concat(curves, ignore_index=True), curve)
    for of_a_seed in unfinished:
        of_a_seed.discard()


@contextmanager
def without_held_out(clean: Path, held_out: int, apart: Path, name: str) -> Iterator[Path]:
    """Yield a folder like ``clean`` without the last training images: a copy, if they are any.

    Parameters
    ----------
    clean : Path
        What the stage prepare left.
    held_out : int
        How many training images to leave out.
    apart : Path
        Where the copy is kept meanwhile.
    name : str
        Of the training, for the error.

    Raises
    ------
    InputError
        When no image would be left.
    """
    if not held_out:
        yield clean
        return
    count = len(read_array(clean, "train_images"))
    if held_out >= count:
        raise InputError(
            f"trainings.{name}.held_out in studies/params.yaml is {held_out}, which leaves none of"
            f" {count} training images to train on: hold out fewer"
        )
    write_arrays(_first(clean, count - held_out), apart)
    try:
        yield apart
    finally:
        shutil.rmtree(apart)


def _first(clean: Path, count: int) -> dict[str, np.ndarray | pd.DataFrame]:
    """Return all that the stage prepare left, but of training images the first ``count`` alone."""
    found = {path.stem: read_array(clean, path.stem) for path in sorted(clean.glob("*.npy"))}
    found |= {path.stem: read_table(path) for path in sorted(clean.glob("*.csv"))}
    for name, of_images in found.items():
        if name == "train_noisy":  # (copies, n, height, width)
            found[name] = of_images[:, :count]
        elif name.startswith("train_"):
            found[name] = of_images[:count]
    return found


if __name__ == "__main__":
    run_stage(train_variant, read_studies, STUDIES)

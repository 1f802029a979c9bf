"""Tries every candidate of search/candidates.yaml on a held-out slice of the training images.

    make search

Each is trained on copies of the first 50,000 training images and measured on the last 10,000,
corrupted like the training set; the test images are never seen. Results are added to
search/results.csv, and what stands there is not run again. Writes the table search/results.md
and prints it.
"""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field
from ruamel.yaml import YAML

from denoise.arrays import read_array
from denoise.backend import select_backend
from denoise.metric_files import read_table, write_table, write_text
from denoise.parameters import Fraction, Noise, Recipe, Section, read_parameters
from denoise.seeding import integer_seed

HELD_OUT = 10_000
FOLDER = Path("search")
RESULTS = FOLDER / "results.csv"


class Candidate(Section):
    """A recipe to try, the seeds to try it with, and what no recipe of the pipeline can say."""

    recipe: Recipe
    seeds: Annotated[list[int], Field(min_length=1)]
    initializer: str = "glorot_uniform"  # of the kernels, by Keras' name
    averaged: Fraction = 0.0  # the share of training, its last, over which weights are averaged
    then: Recipe | None = None  # to go on with, in larger batches for instance


def main() -> None:
    """Run what has no result yet, one training after another, and print all results."""
    entries = YAML(typ="safe", pure=True).load(FOLDER / "candidates.yaml")
    candidates = {name: Candidate.model_validate(entry) for name, entry in entries.items()}
    results = read_table(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=["name", "seed"])
    done = set(results[["name", "seed"]].itertuples(index=False, name=None))
    select_backend("tensorflow")
    from search.trial import held_out_loss

    noise = read_parameters(Path("params.yaml")).noise
    clean, noisy = training_pairs(noise)
    for name, candidate in candidates.items():
        for seed in candidate.seeds:
            if (name, seed) in done:
                continue
            print(f"{name}, seed {seed}", flush=True)
            loss = held_out_loss(
                noisy,
                clean[:-HELD_OUT],
                clean[-HELD_OUT:],
                noise,
                candidate.recipe,
                integer_seed(seed, "train/weights"),
                candidate.initializer,
                candidate.averaged,
                candidate.then,
            )
            row = pd.DataFrame([{"name": name, "seed": seed, "held_out_loss": loss}])
            results = pd.concat([results, row], ignore_index=True)
            write_table(results, RESULTS)
    table = summary(results)
    write_text(table + "\n", FOLDER / "results.md")
    print(table)


def training_pairs(noise: Noise):
    """All clean training images, and the noisy copies of those that are not held out."""
    clean = read_array(Path("data/clean"), "train_images")
    noisy = read_array(Path("data/noisy"), "images")
    copies = noisy.reshape(noise.copies, *clean.shape, 1)[:, :-HELD_OUT]
    return clean, copies.reshape(-1, *copies.shape[2:])


def summary(results: pd.DataFrame) -> str:
    """One row per candidate, the best first: its mean loss, over how many seeds, their range."""
    losses = results.groupby("name")["held_out_loss"].agg(["mean", "count", "min", "max"])
    lines = [
        "| recipe | held-out loss | seeds | lowest to highest |",
        "| --- | ---: | ---: | --- |",
    ]
    for name, row in losses.sort_values("mean").iterrows():
        span = f"{row['min']:.4f} to {row['max']:.4f}"
        lines.append(f"| {name} | {row['mean']:.4f} | {row['count']:.0f} | {span} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

"""Tries every candidate of search/candidates.yaml on a held-out slice of the training images.

    make search

Each is trained on copies of the first 50,000 training images and measured on the last 10,000,
corrupted like the training set; the test images are never seen. Results are added to
search/results.csv, and what stands there is not run again. Writes the table search/results.md
and prints it.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, ValidationError
from ruamel.yaml import YAML

from checks.complaints import first_complaint
from denoise.arrays import read_array
from denoise.backend import select_backend
from denoise.errors import InputError
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
    """Run what has no result yet, and print all; exit with a sentence when that is impossible."""
    try:
        table = summary(run(read_candidates(FOLDER / "candidates.yaml")))
    except InputError as error:
        sys.exit(f"search: {error}")
    except KeyboardInterrupt:
        sys.exit("search: stopped; `make search` goes on after the last training that is done")
    write_text(table + "\n", FOLDER / "results.md")
    print(table)


def read_candidates(path: Path) -> dict[str, Candidate]:
    """What a file asks for, by name, in its order.

    Raises
    ------
    InputError
        when an entry cannot be: it names the entry and its key.
    """
    candidates = {}
    for name, entry in YAML(typ="safe", pure=True).load(path).items():
        try:
            candidates[name] = Candidate.model_validate(entry)
        except ValidationError as error:
            raise InputError(f"{path}, {name}: {first_complaint(error)}") from None
    return candidates


def run(candidates: Mapping[str, Candidate]) -> pd.DataFrame:
    """Train what has no result yet, one after another; all results, a row per candidate and seed.

    Raises
    ------
    InputError
        when the training set is missing.
    """
    results = read_table(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=["name", "seed"])
    done = set(results[["name", "seed"]].itertuples(index=False, name=None))
    missing = [
        (name, candidate, seed)
        for name, candidate in candidates.items()
        for seed in candidate.seeds
        if (name, seed) not in done
    ]
    noise = read_parameters(Path("params.yaml")).noise
    clean, noisy = training_pairs(noise)
    select_backend("tensorflow")
    from search.trial import held_out_loss

    for number, (name, candidate, seed) in enumerate(missing, 1):
        print(f"{number} of {len(missing)}: {name}, seed {seed}", flush=True)
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
    return results


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
    main()

"""Tries every recipe of search/candidates.yaml on a held-out slice of the training images.

    make search

Each is trained on copies of the first 50,000 training images and measured on the last 10,000,
corrupted like the training set; the test images are never seen. Results are added to
search/results.csv, and what stands there is not run again. Prints the table.
"""

import sys
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

from denoise.arrays import read_array
from denoise.backend import select_backend
from denoise.metric_files import read_table, write_table
from denoise.parameters import Recipe, read_parameters
from denoise.seeding import integer_seed

HELD_OUT = 10_000
FOLDER = Path("search")
RESULTS = FOLDER / "results.csv"


def main() -> None:
    """Run what has no result yet, one training after another, and print all results."""
    candidates = YAML(typ="safe", pure=True).load(FOLDER / "candidates.yaml")
    results = read_table(RESULTS) if RESULTS.exists() else pd.DataFrame(columns=["name", "seed"])
    done = set(results[["name", "seed"]].itertuples(index=False, name=None))
    select_backend("tensorflow")
    for name, entry in candidates.items():
        recipe = Recipe.model_validate(entry["recipe"])
        for seed in entry["seeds"]:
            if (name, seed) not in done:
                print(f"{name}, seed {seed}", flush=True)
                row = {"name": name, "seed": seed, "held_out_loss": held_out_loss(recipe, seed)}
                results = pd.concat([results, pd.DataFrame([row])], ignore_index=True)
                write_table(results, RESULTS)
    print(summary(results))


def held_out_loss(recipe: Recipe, seed: int) -> float:
    """The binary cross-entropy of noisy held-out images after training by a recipe."""
    import keras

    from denoise.autoencoder import build_autoencoder
    from denoise.training import train

    noise = read_parameters(Path("params.yaml")).noise
    clean = read_array(Path("data/clean"), "train_images")
    noisy = read_array(Path("data/noisy"), "images")
    copies = noisy.reshape(noise.copies, *clean.shape, 1)[:, :-HELD_OUT]
    keras.utils.set_random_seed(integer_seed(seed, "train/weights"))
    curve = train(
        build_autoencoder(),
        copies.reshape(-1, *copies.shape[2:]),
        clean[:-HELD_OUT],
        clean[-HELD_OUT:],
        noise,
        recipe,
        seed,
    )
    keras.utils.clear_session()
    return curve["val_noisy_loss"].iloc[-1]


def summary(results: pd.DataFrame) -> str:
    """One row per recipe, the best first: its mean loss, over how many seeds, and their range."""
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

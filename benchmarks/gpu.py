"""Training on an accelerator: seconds an epoch, seconds to the target, and what bounds it.

    make gpu && .venv/bin/python -m benchmarks.gpu jax
    make gpu && .venv/bin/python -m benchmarks.gpu tensorflow

On the whole noisy set, batches of 128. What an update computes, launches and moves is told with
JAX, for the chip it runs on; set it against that chip's data sheet.
"""

import argparse
import math
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks.machine import describe
from denoise.backends.backend import describe_device, on_accelerator, select_backend
from denoise.io.parameters.pipeline import Parameters, read_parameters
from denoise.io.parameters.training import Recipe
from denoise.reporting.result_tables import to_markdown
from denoise.storage.arrays import read_array

TARGET = 0.1259  # training-range binary cross-entropy of the article author's own weights
BATCH = 128
TURNS = 10  # updates in the program that is looked at


def main(library: str) -> None:
    """Train by the quick recipe at batch 128 and print the table."""
    born = psutil.Process().create_time()
    select_backend(library)
    import keras

    if not on_accelerator():
        sys.exit(
            f"benchmarks.gpu: {library} sees no accelerator: run `make gpu` on a machine with one"
        )
    from denoise.networks.registry import build_model
    from denoise.training.fit import train
    from denoise.training.monitoring import Monitoring
    from denoise.training.pairs import Pairs
    from denoise.training.validation import with_noise

    parameters = read_parameters(Path("params.yaml"))
    recipe = parameters.recipes["quick"].model_copy(update={"batch_size": BATCH})
    clean, noisy = Path("data/clean"), read_array(Path("data/noisy"), "images")
    images, test = read_array(clean, "train_images"), read_array(clean, "test_images")

    class Clock(keras.callbacks.Callback):
        """Times of training epochs, without validation, and of reaching the target."""

        epochs, reached = (), None

        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            float(logs["loss"])  # wait for the device
            self.end = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.epochs = (*self.epochs, self.end - self.start)
            if self.reached is None and logs["val_noisy_loss"] <= TARGET:
                self.reached = time.time() - born

    clock = Clock()
    keras.utils.set_random_seed(parameters.seed)
    model = build_model(parameters.model, images.shape[1:])
    validation = with_noise(test, parameters.noise, parameters.seed)
    watched = Monitoring(callbacks=[clock])
    curve = train(model, Pairs(noisy, images), validation, recipe, parameters.seed, watched)
    updates = math.ceil(len(noisy) / BATCH)
    epoch = float(np.median(clock.epochs[1:]))
    rows = {
        f"an epoch of {len(noisy):,} samples, median": f"{epoch:.3f} s",
        f"from process start to a training-range loss of {TARGET}": (
            f"{clock.reached:.1f} s" if clock.reached else "not reached"
        ),
        f"training-range loss after {len(curve)} epochs": f"{curve.iloc[-1, -1]:.4f}",
        "samples in a batch": f"{BATCH}",
        "an update": f"{epoch / updates * 1e6:.1f} µs",
    }
    if library == "jax":
        rows |= what_bounds_it(parameters, recipe, updates / epoch)
    print(describe(library, "keras"))
    print(describe_device())
    print(to_markdown(pd.DataFrame({"training on an accelerator": rows.keys(), "": rows.values()})))


def what_bounds_it(parameters: Parameters, recipe: Recipe, rate: float) -> dict[str, str]:
    """Return rows of what the device is asked for, by so many updates a second."""
    import jax

    from benchmarks.gpu_program import launches_an_update
    from benchmarks.gpu_step import arithmetic, lowered, trainer_and_block

    trainer, block = trainer_and_block(parameters.model, recipe, TURNS)
    flops = arithmetic(trainer, [array[: recipe.batch_size] for array in block])
    program = lowered(trainer, block, "cuda", jax.devices()[0]).compile().as_text()
    launches, moved = launches_an_update(program)
    return {
        "launches of an update": f"{launches.total()}",
        "time of an update for each launch": f"{1e6 / rate / launches.total():.2f} µs",
        "arithmetic of an update": f"{flops / 1e9:.2f} GFLOP",
        "arithmetic a second": f"{flops * rate / 1e12:.2f} TFLOP/s",
        "memory traffic of an update": f"{moved / 1e6:.0f} MB",
        "memory traffic a second": f"{moved * rate / 1e12:.3f} TB/s",
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        "python -m benchmarks.gpu", description=__doc__.splitlines()[0]
    )
    parser.add_argument("library", choices=["tensorflow", "jax"])
    main(parser.parse_args().library)

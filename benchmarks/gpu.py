"""Training on an accelerator: seconds an epoch, seconds to the target, and what bounds it.

    make jax-gpu && .venv/bin/python -m benchmarks.gpu

On the whole noisy set, batches of 128, with JAX. What an update asks of the chip is XLA's own
count of the compiled update; set it against the data sheet of the chip that is named.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from benchmarks.machine import describe
from denoise.backends.backend import describe_device, on_accelerator, quickest_form, select_backend
from denoise.io.arrays import read_array
from denoise.io.parameters import read_parameters
from denoise.reporting.result_tables import to_markdown

TARGET = 0.1259  # training-range binary cross-entropy of the article author's own weights
BATCH = 128


def main() -> None:
    """Train by the quick recipe at batch 128 and print the table."""
    born = psutil.Process().create_time()
    select_backend("jax")
    import keras

    if not on_accelerator():
        sys.exit(
            "benchmarks.gpu: JAX sees no accelerator: run `make jax-gpu` on a machine with one"
        )
    from denoise.networks.autoencoder import build_autoencoder
    from denoise.training.fit import train

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
    model = build_autoencoder()
    noise, seed = parameters.noise, parameters.seed
    curve = train(model, noisy, images, test, noise, recipe, seed, callbacks=[clock])
    flops, moved = cost_of_an_update()
    updates = -(-len(noisy) // BATCH)
    epoch = float(np.median(clock.epochs[1:]))
    print(describe("jax", "keras"))
    print(describe_device())
    rows = {
        f"an epoch of {len(noisy):,} samples, median": f"{epoch:.3f} s",
        f"from process start to a training-range loss of {TARGET}": (
            f"{clock.reached:.1f} s" if clock.reached else "not reached"
        ),
        f"training-range loss after {len(curve)} epochs": f"{curve.iloc[-1, -1]:.4f}",
        "an update": f"{epoch / updates * 1e6:.1f} µs",
        "arithmetic of an update": f"{flops / 1e9:.2f} GFLOP",
        "arithmetic a second": f"{flops * updates / epoch / 1e12:.2f} TFLOP/s",
        "memory traffic of an update": f"{moved / 1e6:.0f} MB",
        "memory traffic a second": f"{moved * updates / epoch / 1e12:.3f} TB/s",
    }
    print(to_markdown(pd.DataFrame({"training on an accelerator": rows.keys(), "": rows.values()})))


def cost_of_an_update() -> tuple[float, float]:
    """Floating-point operations and bytes moved of one update, by XLA's count."""
    import jax
    import keras

    from denoise.networks.autoencoder import build_autoencoder

    model = quickest_form(build_autoencoder())

    def loss(weights, images):
        outputs, _ = model.stateless_call(weights, [], images, training=True)
        return keras.ops.mean(keras.losses.binary_crossentropy(images, outputs))

    weights = [variable.value for variable in model.trainable_variables]
    images = np.zeros((BATCH, 28, 28, 1), np.float32)
    costs = jax.jit(jax.grad(loss)).lower(weights, images).compile().cost_analysis()
    return costs["flops"], costs["bytes accessed"]


if __name__ == "__main__":
    main()

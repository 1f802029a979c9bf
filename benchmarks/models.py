"""What each network costs: weights, training as the train stage and as Keras does it, denoising.

    make bench

Each is trained in processes of its own and in turns; the first epoch, which compiles, is not timed.
Denoising is by ONNX Runtime, as the evaluate stage does it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.epoch import BATCH, as_floats, epoch_timer, pairs
from benchmarks.machine import AS_TRAINING, describe
from benchmarks.ratios import ratios
from denoise.reporting.result_tables import to_markdown
from tools.command_line import run

MODELS = {
    "autoencoder": ("autoencoder", "nearest"),
    "transpose": ("autoencoder", "transpose"),
    "unet": ("unet", "nearest"),
}
EPOCHS, ROUNDS = 2, 5
IMAGES = 24_000  # samples an epoch
DENOISED = 2_000  # images


def main() -> None:
    """Measure all in turns and print their costs, in units of the article's network's."""
    measured = {name: [] for name in MODELS}
    for _ in range(ROUNDS):
        for name in MODELS:
            measured[name].append(costs(name))
    print(describe("tensorflow", "keras", "onnxruntime"))
    rows = []
    of_article = np.transpose(measured["autoencoder"])
    for name in MODELS:
        weights, training, denoising, keras_fit = np.transpose(measured[name])
        rows.append(
            {
                f"in units of the article's network; median of {ROUNDS} rounds": name,
                "weights": f"{weights[0] / of_article[0][0]:.1f}",
                "training": ratios(training, of_article[1]),
                "denoising": ratios(denoising, of_article[2]),
                "Keras `fit`, in units of our training": ratios(keras_fit, training),
            }
        )
    print(to_markdown(pd.DataFrame(rows)))


def costs(name: str) -> list[float]:
    """Weights, seconds an epoch, seconds to denoise, and seconds an epoch of Keras' ``fit``."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    numbers = []
    for start, way in ((AS_TRAINING, "ours"), ((), "fit")):
        worker = [*start, sys.executable, "-m", "benchmarks.models", way, name]
        result = subprocess.run(
            worker, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        numbers.append([float(number) for number in result.stdout.split()])
    (weights, denoising, *ours), fit = numbers
    return [weights, statistics.median(ours), denoising, statistics.median(fit)]


def build(name: str):
    """Return the untrained network of a row."""
    from denoise.io.parameters.training import Model
    from denoise.networks.registry import build_model

    architecture, upsampling = MODELS[name]
    return build_model(Model(architecture=architecture, upsampling=upsampling), (28, 28))


def fit(name: str) -> None:
    """Print the seconds of epochs of Keras' own ``fit``, with its defaults."""
    import keras

    network = build(name)
    network.compile(keras.optimizers.Adam(0.001), "binary_crossentropy")
    inputs, targets = as_floats(*(part[:IMAGES] for part in pairs()))
    options = {"verbose": 0, "callbacks": [epoch_timer()]}
    network.fit(inputs, targets, BATCH, 1 + EPOCHS, **options)


def ours(name: str) -> None:
    """Print a model's number of weights, the seconds it denoises, and those of its epochs."""
    from denoise.backends.backend import binary_crossentropy, select_backend

    select_backend("tensorflow")
    import keras

    from denoise.export.onnx_export import export_onnx
    from denoise.onnx_model import OnnxModel
    from denoise.training.block_plan import BlockPlan
    from denoise.training.pair_blocks import PairBlocks
    from denoise.training.pair_trainer import PairTrainer
    from denoise.training.pairs import Pairs

    network = build(name)
    print(network.count_params())
    noisy, clean = (part[:IMAGES] for part in pairs())
    with tempfile.TemporaryDirectory() as folder:
        export_onnx(network, Path(folder) / "model.onnx")
        run = OnnxModel(Path(folder) / "model.onnx")
    images = noisy[:DENOISED, ..., 0].astype(np.float32)
    run(images)
    start = time.perf_counter()
    run(images)
    print(time.perf_counter() - start)
    resident = Pairs(noisy, clean)
    trainer = PairTrainer(network, BATCH, resident)
    trainer.compile(keras.optimizers.Adam(0.001), binary_crossentropy())
    blocks = PairBlocks(resident, BlockPlan(BATCH, 10), seed=1)
    trainer.fit(blocks, epochs=1 + EPOCHS, verbose=0, callbacks=[epoch_timer()])


if __name__ == "__main__":
    run(main, ours, fit)

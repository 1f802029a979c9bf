"""What the other networks cost beside the article's: weights, training, denoising.

    make bench

Each is trained as the train stage trains it, in a process of its own and in turns; the first
epoch, which compiles, is not timed. Denoising is by ONNX Runtime, as the evaluate stage does it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.epoch import BATCH, epoch_timer, pairs
from benchmarks.machine import AS_TRAINING, describe

MODELS = {
    "article": ("autoencoder", "nearest"),
    "transpose": ("autoencoder", "transpose"),
    "unet": ("unet", "nearest"),
}
EPOCHS, ROUNDS = 2, 3
IMAGES = 2_400  # samples an epoch
DENOISED = 2_000  # images


def main() -> None:
    """Measure all in turns and print each cost in units of the article's network."""
    measured = {name: [] for name in MODELS}
    for _ in range(ROUNDS):
        for name in MODELS:
            measured[name].append(costs(name))
    print(describe("tensorflow", "keras", "onnxruntime"))
    print(
        f"| in units of the article's network; median of {ROUNDS} rounds | weights | training |"
        " denoising |"
    )
    print("| --- | ---: | ---: | ---: |")
    for name in MODELS:
        ratios = np.divide(measured[name], measured["article"])
        weights, training, denoising = np.median(ratios, axis=0)
        lowest, highest = ratios.min(axis=0), ratios.max(axis=0)
        spans = [
            f"{middle:.2f} ({lowest[place]:.2f} to {highest[place]:.2f})"
            for place, middle in ((1, training), (2, denoising))
        ]
        print(f"| {name} | {weights:.1f} | {spans[0]} | {spans[1]} |")


def costs(name: str) -> list[float]:
    """Weights, seconds an epoch, and seconds to denoise, of one process."""
    worker = [*AS_TRAINING, sys.executable, "-m", "benchmarks.models", name]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    result = subprocess.run(worker, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    weights, denoising, *epochs = map(float, result.stdout.split())
    return [weights, statistics.median(epochs), denoising]


def measure(name: str) -> None:
    """Print a model's number of weights, the seconds it denoises, and those of its epochs."""
    from denoise.backend import binary_crossentropy, select_backend

    select_backend("tensorflow")
    import keras

    from denoise.architectures import build_model
    from denoise.onnx_export import export_onnx
    from denoise.onnx_model import OnnxModel
    from denoise.pair_trainer import PairTrainer
    from denoise.pairs import PairBlocks
    from denoise.parameters import Model

    architecture, upsampling = MODELS[name]
    network = build_model(Model(architecture=architecture, upsampling=upsampling))
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
    trainer = PairTrainer(network, BATCH, (noisy, clean))
    trainer.compile(keras.optimizers.Adam(0.001), binary_crossentropy())
    blocks = PairBlocks(noisy, clean, BATCH, 10, seed=1)
    trainer.fit(blocks, epochs=1 + EPOCHS, verbose=0, callbacks=[epoch_timer()])


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()

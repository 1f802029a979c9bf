"""An epoch of training on this processor: ours, ordinary Keras, and PyTorch where it is installed.

    make bench

Every form trains the same network on the same pairs with the same optimizer and batches of 128,
each in a process of its own, in turns; the first epoch, which compiles, is not timed. Ours is
started as the train stage is. The others are measured with their defaults, and at the best that was
found for them on a CPU.
"""

import importlib.util
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import AS_TRAINING, describe
from benchmarks.ratios import ratios
from denoise.reporting.result_tables import to_markdown
from denoise.storage.arrays import read_array
from tools.command_line import run

FORMS = {
    "ours": "the train stage",
    "keras": "Keras `fit` on arrays, defaults",
    "keras_best": "Keras `fit`, no XLA, oneDNN on, 16 steps per execution",
    "torch": "PyTorch, defaults",
    "channels_last": "PyTorch, channels last",
    "compiled": "PyTorch, channels last, compiled, fused Adam",
}
OURS_OR_KERAS = ("ours", "keras", "keras_best")
IMAGES = 24_000  # samples an epoch: a tenth of the set, as time is proportional
BATCH, EPOCHS, ROUNDS = 128, 3, 7


def main() -> None:
    """Time all forms in turns and print how many times longer than ours each takes."""
    forms = list(FORMS if importlib.util.find_spec("torch") else OURS_OR_KERAS)
    times = {form: [] for form in forms}
    for _ in range(ROUNDS):
        for form in forms:
            times[form].append(seconds_an_epoch(form))
    print(describe("tensorflow", "keras", *(["torch"] if "torch" in forms else [])))
    found = [ratios(times[form], times["ours"]) for form in forms]
    first = f"an epoch, in units of ours; median (lowest to highest) of {ROUNDS} rounds"
    print(to_markdown(pd.DataFrame({first: [FORMS[form] for form in forms], "ratio": found})))


def seconds_an_epoch(form: str) -> float:
    """Return the median epoch of a process that trains in this form."""
    worker = [sys.executable, "-m", "benchmarks.epoch", form]
    if form == "ours":
        worker = [*AS_TRAINING, *worker]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if form == "keras_best":
        environment["TF_ENABLE_ONEDNN_OPTS"] = "1"
    result = subprocess.run(
        worker, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    return statistics.median(map(float, result.stdout.split()))


def pairs() -> tuple[np.ndarray, np.ndarray]:
    """Return the first noisy images, float16, and their clean ones, uint8."""
    noisy = np.array(read_array(Path("data/noisy"), "images")[:IMAGES])
    return noisy, np.array(read_array(Path("data/clean"), "train_images")[:IMAGES])


def ours() -> None:
    """Training as the train stage does it."""
    from denoise.backends.backend import binary_crossentropy, select_backend

    select_backend("tensorflow")
    import keras

    from denoise.networks.autoencoder import build_autoencoder
    from denoise.training.block_plan import BlockPlan
    from denoise.training.pair_blocks import PairBlocks
    from denoise.training.pair_trainer import PairTrainer
    from denoise.training.pairs import Pairs

    resident = Pairs(*pairs())
    trainer = PairTrainer(build_autoencoder(), BATCH, resident)
    trainer.compile(keras.optimizers.Adam(0.01), binary_crossentropy())
    blocks = PairBlocks(resident, BlockPlan(BATCH, 75), seed=1)
    trainer.fit(blocks, epochs=EPOCHS, verbose=0, callbacks=[epoch_timer()])


def keras(**options) -> None:
    """Train in the article's way: arrays in memory, ``fit``."""
    import keras

    from denoise.networks.autoencoder import build_autoencoder

    noisy, clean = pairs()
    inputs, targets = as_floats(noisy, clean)
    model = build_autoencoder()
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy", **options)
    model.fit(inputs, targets, BATCH, EPOCHS, verbose=0, callbacks=[epoch_timer()])


def keras_best() -> None:
    """Train with the options of ``fit`` that are the quickest on a CPU."""
    keras(jit_compile=False, steps_per_execution=16)


def torch(memory_format: str = "contiguous_format", compiled: bool = False) -> None:
    """Train the same network, with the same updates, in PyTorch."""
    import torch
    from torch import nn

    def convolution(inputs, outputs, padding=1):
        return [nn.Conv2d(inputs, outputs, 3, padding=padding), nn.ReLU()]

    model = nn.Sequential(
        *(*convolution(1, 16), nn.MaxPool2d(2), *convolution(16, 8), nn.MaxPool2d(2)),
        *(*convolution(8, 8), nn.MaxPool2d(2, ceil_mode=True), *convolution(8, 8)),
        *(nn.Upsample(scale_factor=2), *convolution(8, 8), nn.Upsample(scale_factor=2)),
        *(*convolution(8, 16, padding=0), nn.Upsample(scale_factor=2)),
        nn.Conv2d(16, 1, 3, padding=1),
    ).to(memory_format=getattr(torch, memory_format))
    optimizer = torch.optim.Adam(model.parameters(), 0.01, fused=compiled)
    run = torch.compile(model) if compiled else model
    noisy, clean = (torch.from_numpy(np.moveaxis(part, -1, 1)) for part in as_floats(*pairs()))
    for epoch in range(EPOCHS):
        start = time.perf_counter()
        for numbers in torch.randperm(IMAGES).split(BATCH):
            optimizer.zero_grad()
            batch = noisy[numbers].to(memory_format=getattr(torch, memory_format))
            loss = nn.functional.binary_cross_entropy_with_logits(run(batch), clean[numbers])
            loss.backward()
            optimizer.step()
        if epoch:
            print(time.perf_counter() - start)


def channels_last() -> None:
    """PyTorch with the memory layout that suits a CPU."""
    torch("channels_last")


def compiled() -> None:
    """PyTorch compiled, with an optimizer that updates all weights in one call."""
    torch("channels_last", compiled=True)


def as_floats(noisy: np.ndarray, clean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs as ordinary Keras takes them: float32 (n, 28, 28, 1), targets in [0, 1]."""
    return noisy.astype(np.float32), clean[..., np.newaxis].astype(np.float32) / 255


def epoch_timer():
    """Return a Keras callback that prints the seconds of every epoch but the first."""
    import keras

    class Timer(keras.callbacks.Callback):
        """Prints the seconds of every epoch but the first."""

        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            if epoch:
                print(time.perf_counter() - self.start)

    return Timer()


if __name__ == "__main__":
    run(main, ours, keras, keras_best, torch, channels_last, compiled)

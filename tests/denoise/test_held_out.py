"""A candidate recipe is measured on unseen images, with weights averaged where it says so."""

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from denoise.backends import backend
from denoise.datasets.sklearn_digits import find_digits
from denoise.io.parameters.noise import Noise
from denoise.io.parameters.studies import Candidate
from denoise.training import block_plan
from denoise.training.averaged_weights import AveragedWeights
from denoise.training.held_out import held_out_loss
from denoise.training.pairs import Pairs

ROOT = Path(__file__).parents[2]
DIGITS = find_digits()["train_images"]
CLEAN, HELD_OUT = DIGITS[:500], DIGITS[500:600]
NOISY = (CLEAN[..., np.newaxis] / 255 + 0.2).astype(np.float16)
PAIRS = Pairs(NOISY, CLEAN)
NOISE = Noise(copies=1, blur=[0.0, 1.0], kind="uniform", amplitude=[0.01, 0.5])
EPOCHS = 2  # of 50 updates


RECIPE = {
    "optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": False},
    "learning_rate": 1.0,
    "schedule": {"warmup": 0.0, "decay": "constant"},
    "batch_size": 10,
    "epochs": EPOCHS,
}


def candidate(averaged, then=None):
    settings = {"seeds": [1], "initializer": "he_normal", "averaged": averaged, "recipe": RECIPE}
    return Candidate.model_validate({**settings, "then": then})


def build():
    layer = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid")
    return keras.Sequential([keras.Input((28, 28, 1)), layer])


def loss(averaged, then=None):
    return held_out_loss(build, PAIRS, HELD_OUT, NOISE, candidate(averaged, then), seed=3)


class Recorder(keras.callbacks.Callback):
    """The weights after every block of updates."""

    def __init__(self, network):
        super().__init__()
        self.network, self.seen = network, []

    def on_train_batch_end(self, batch, logs=None):
        if keras.backend.backend() == "jax":
            self.model.jax_state_sync()
        self.seen.append(self.network.get_weights())


def assert_weights_are_averaged():
    """The mean over the last tenth of training is that of ten updates in a hundred."""
    keras.utils.set_random_seed(1)
    network = build()
    average, recorder = AveragedWeights(network, 0.1, EPOCHS), Recorder(network)
    network.compile(keras.optimizers.SGD(1.0), "binary_crossentropy")
    targets = CLEAN[..., np.newaxis] / 255
    network.fit(NOISY, targets, 10, EPOCHS, verbose=0, callbacks=[average, recorder])
    assert len(recorder.seen) == 100
    assert (recorder.seen[90][0] != recorder.seen[99][0]).any()
    for found, *seen in zip(average.weights, *recorder.seen[-10:], strict=True):
        np.testing.assert_allclose(found, np.mean(seen, axis=0), atol=1e-6)


def assert_averages_are_taken_within_an_epoch():
    """On a GPU too, where an epoch is otherwise one block."""
    here = {averaged: loss(averaged) for averaged in (0.0, 0.1)}
    backend.on_accelerator = block_plan.on_accelerator = lambda: True
    block_plan.free_memory = lambda: 10**9  # which there the device would say
    there = {averaged: loss(averaged) for averaged in (0.0, 0.1)}
    assert here[0.0] != here[0.1]
    assert there[0.0] != there[0.1]
    assert there == pytest.approx(here, abs=1e-4)


def test_a_second_recipe_goes_on_from_the_weights_of_the_first():
    first = loss(0.0)
    still = {**RECIPE, "batch_size": 50, "epochs": 1, "learning_rate": 1e-12}
    assert loss(0.0, still) == pytest.approx(first, abs=1e-6)
    assert loss(0.0, {**still, "learning_rate": 1.0}) != pytest.approx(first, abs=1e-4)


def test_weights_are_averaged():
    assert_weights_are_averaged()


def test_averages_are_taken_within_an_epoch(monkeypatch):
    for module in (backend, block_plan):
        monkeypatch.setattr(module, "on_accelerator", module.on_accelerator)  # put back afterwards
    monkeypatch.setattr(block_plan, "free_memory", block_plan.free_memory)
    assert_averages_are_taken_within_an_epoch()


@pytest.mark.parametrize(
    "claim", [assert_weights_are_averaged, assert_averages_are_taken_within_an_epoch]
)
def test_the_same_with_jax(claim):
    program = (
        "from denoise.backends.backend import select_backend; select_backend('jax');"
        f"from tests.denoise.test_held_out import *; {claim.__name__}()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr

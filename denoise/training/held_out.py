"""One training of the search for recipes, and its loss on images that it has not seen."""

from collections.abc import Callable

import keras
import numpy as np

from denoise.corruption.noise_ranges import corrupt_in_ranges
from denoise.io.parameters.noise import Noise
from denoise.io.parameters.studies import Candidate
from denoise.training.averaged_weights import AveragedWeights
from denoise.training.block_plan import PROGRESS_UPDATES
from denoise.training.fit import train
from denoise.training.monitoring import UNMONITORED, Monitoring
from denoise.training.pairs import Pairs, as_grey_values
from denoise.training.validation import BATCH_SIZE, ValidationSet, with_noise


def held_out_loss(
    build: Callable[[], keras.Model],
    pairs: Pairs,
    held_out: np.ndarray,
    noise: Noise,
    candidate: Candidate,
    seed: int,
) -> float:
    """Return the binary cross-entropy of noisy held-out images after training a network.

    Parameters
    ----------
    build : Callable[[], keras.Model]
        Builds the untrained network.
    pairs : Pairs
        What to train on.
    held_out : (m, height, width) uint8 array
    noise : Noise
        The ranges that ``pairs`` were corrupted in; ``held_out`` gets the same.
    candidate : Candidate
        How to train.
    seed : int
        Of initial weights, of the order of samples and of the noise of ``held_out``.
    """
    keras.utils.set_random_seed(seed)
    network = build()
    initialize_kernels(network, candidate.initializer)
    train_by_candidate(network, pairs, with_noise(held_out, noise, seed), candidate, seed)
    noisy = corrupt_in_ranges(held_out, noise, seed, "search/held-out")
    network.compile(loss="binary_crossentropy")
    loss = network.evaluate(
        noisy[..., np.newaxis], as_grey_values(held_out), batch_size=BATCH_SIZE, verbose=0
    )
    keras.utils.clear_session()
    return float(loss)


def initialize_kernels(network: keras.Model, initializer: str) -> None:
    """Draw the kernels of a network anew, by the name of one of Keras' initializers."""
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            initial = keras.initializers.get(initializer)
            layer.kernel.assign(initial(layer.kernel.shape))


def train_by_candidate(
    network: keras.Model, pairs: Pairs, validation: ValidationSet, candidate: Candidate, seed: int
) -> None:
    """Train a network by one recipe of a candidate after another; the last may average weights.

    Parameters
    ----------
    network : keras.Model
        Initialized.
    pairs, validation : Pairs, ValidationSet
        What to train on, and what to judge it by.
    candidate : Candidate
        How to train.
    seed : int
        Of the order of samples in the first recipe; the next has the next seed.
    """
    recipes = [candidate.recipe, candidate.then] if candidate.then else [candidate.recipe]
    average = AveragedWeights(network, candidate.averaged, recipes[-1].epochs)
    calls = PROGRESS_UPDATES if candidate.averaged else 1
    for number, recipe in enumerate(recipes):
        last = number == len(recipes) - 1
        monitoring = Monitoring(callbacks=[average], callback_calls=calls) if last else UNMONITORED
        train(network, pairs, validation, recipe, seed + number, monitoring)
    network.set_weights(average.weights)

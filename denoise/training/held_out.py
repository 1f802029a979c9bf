"""One training of the search, and what it comes to on images it has not seen."""

from collections.abc import Callable

import keras
import numpy as np

from denoise.corruption.corrupt import corrupt
from denoise.io.parameters import Candidate, Noise
from denoise.seeding import seed_sequence
from denoise.training.fit import VALIDATION_BATCH, train
from denoise.training.pairs import as_grey_values


def held_out_loss(
    build: Callable[[], keras.Model],
    noisy: np.ndarray,
    clean: np.ndarray,
    held_out: np.ndarray,
    noise: Noise,
    candidate: Candidate,
    seed: int,
) -> float:
    """Return the binary cross-entropy of noisy held-out images after training a network.

    Parameters
    ----------
    build : Callable[[], keras.Model]
        The untrained network.
    noisy : (copies * n, height, width, 1) float array
    clean : (n, height, width) uint8 array
    held_out : (m, height, width) uint8 array
    noise : Noise
        The ranges ``noisy`` was corrupted with; ``held_out`` gets the same.
    candidate : Candidate
        How to train.
    seed : int
        Of initial weights and of the order of samples.
    """
    keras.utils.set_random_seed(seed)
    model = build()
    for layer in model.layers:
        if hasattr(layer, "kernel"):
            initial = keras.initializers.get(candidate.initializer)
            layer.kernel.assign(initial(layer.kernel.shape))
    recipe, order = candidate.recipe, seed
    if candidate.then:
        train(model, noisy, clean, held_out, noise, recipe, order)
        recipe, order = candidate.then, seed + 1
    average = AveragedWeights(model, candidate.averaged, recipe.epochs)
    train(model, noisy, clean, held_out, noise, recipe, order, callbacks=[average])
    model.set_weights(average.weights)
    stream = seed_sequence(seed, "search/held-out")
    inputs, _, _ = corrupt(held_out, noise.blur, noise.amplitude, stream, kind=noise.kind)
    model.compile(loss="binary_crossentropy")
    targets = as_grey_values(held_out)
    loss = model.evaluate(inputs[..., np.newaxis], targets, batch_size=VALIDATION_BATCH, verbose=0)
    keras.utils.clear_session()
    return float(loss)


class AveragedWeights(keras.callbacks.Callback):
    """The mean of a model's weights over the last ``share`` of training, block after block.

    After P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization"
    (2018). ``weights`` are the last ones where ``share`` is 0.
    """

    def __init__(self, model: keras.Model, share: float, epochs: int) -> None:
        super().__init__()
        self._averaged, self._share, self._epochs = model, share, epochs
        self._epoch, self._seen = 0, 0
        self.weights: list[np.ndarray] = []

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Take the weights into the mean, once the last share has begun."""
        if self._share == 0:
            return
        done = (self._epoch + (batch + 1) / self.params["steps"]) / self._epochs
        if done > 1 - self._share:
            self._seen += 1
            new = self._averaged.get_weights()
            old = self.weights or new
            self.weights = [a + (b - a) / self._seen for a, b in zip(old, new, strict=True)]

    def on_train_end(self, logs: dict | None = None) -> None:
        """Without a mean, take the last weights."""
        self.weights = self.weights or self._averaged.get_weights()

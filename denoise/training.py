"""Training the autoencoder by a recipe, and the loss curve it leaves."""

import keras
import numpy as np
import pandas as pd

from denoise.backend import quickest_form
from denoise.corruption import corrupt
from denoise.errors import InputError
from denoise.optimization import build_optimizer
from denoise.pairs import NoisyPairs, as_grey_values
from denoise.parameters import Noise, Recipe
from denoise.seeding import seed_sequence
from denoise.terminal import keras_verbosity

VALIDATION_BATCH = 500  # images; bounds memory, and has no effect on training


def train(
    model: keras.Model,
    noisy: np.ndarray,
    clean: np.ndarray,
    validation: np.ndarray,
    noise: Noise,
    recipe: Recipe,
    seed: int,
) -> pd.DataFrame:
    """Train ``model`` in place to map noisy images to clean ones, by binary cross-entropy.

    Parameters
    ----------
    model : an untrained network, (n, height, width, 1) to the same shape in (0, 1)
    noisy : (copies * n, height, width, 1) float array, copy after copy
    clean : (n, height, width) uint8 array
    validation : (m, height, width) uint8 array of clean images that are not trained on
    noise : the ranges ``noisy`` was corrupted with; the validation images get the same
    recipe : how to train
    seed : the pipeline's seed

    Returns
    -------
    pandas.DataFrame
        one row per epoch: ``epoch`` from 1, ``loss`` on the training pairs as they went by,
        ``val_loss`` with clean validation images as both input and target, as in the article,
        and ``val_noisy_loss`` with the same images corrupted like the training set.

    Raises
    ------
    InputError
        when the loss becomes NaN or infinite.
    """
    pairs = NoisyPairs(noisy, clean, recipe.batch_size, seed)
    trained = quickest_form(model)
    trained.compile(build_optimizer(recipe, len(pairs) * recipe.epochs), "binary_crossentropy")
    stream = seed_sequence(seed, "train/validation")
    noisy_validation, _, _ = corrupt(validation, noise.blur, noise.amplitude, stream)
    targets = as_grey_values(validation)
    history = trained.fit(
        pairs,
        epochs=recipe.epochs,
        validation_data=(targets, targets),
        validation_batch_size=VALIDATION_BATCH,
        callbacks=[
            keras.callbacks.TerminateOnNaN(),
            NoisyValidation(noisy_validation[..., np.newaxis], targets),
        ],
        verbose=keras_verbosity(),
    ).history
    curve = pd.DataFrame(history)
    if not np.isfinite(curve.to_numpy()).all():
        raise InputError(
            f"the loss became NaN or infinite in epoch {len(curve)}: training was stopped and"
            " nothing written; lower the recipe's learning_rate in params.yaml"
        )
    curve.insert(0, "epoch", np.arange(1, len(curve) + 1))
    return curve


class NoisyValidation(keras.callbacks.Callback):
    """Adds ``val_noisy_loss`` to an epoch's figures: the loss on fixed noisy test images.

    The article validates on noise-free images, an easier task than the one trained on; this
    figure can be compared with the training loss.
    """

    def __init__(self, noisy: np.ndarray, targets: np.ndarray) -> None:
        super().__init__()
        self._noisy, self._targets = noisy, targets

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Evaluate at the end of an epoch, before it is printed and recorded."""
        if logs is not None:
            logs["val_noisy_loss"] = self.model.evaluate(
                self._noisy, self._targets, batch_size=VALIDATION_BATCH, verbose=0
            )

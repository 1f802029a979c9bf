"""A small classifier of clean digits: its accuracy on denoised ones is their legibility."""

import math

import keras
import numpy as np
from keras import layers

from denoise.io.parameters.training import Classifier
from denoise.io.terminal import keras_verbose
from denoise.seeding import integer_seed
from denoise.training.pairs import as_grey_values
from denoise.training.trainer import Trainer


def build_classifier(size: tuple[int, int] = (28, 28), classes: int = 10) -> keras.Sequential:
    """Return the untrained network, (n, *size, 1) in [0, 1] to (n, classes) probabilities."""
    return keras.Sequential(
        [
            keras.Input((*size, 1), name="digit"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="strokes"),
            layers.MaxPooling2D(2, name="pool_14"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="parts"),
            layers.MaxPooling2D(2, name="pool_7"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="shapes"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(classes, activation="softmax", name="digits"),
        ],
        name="classifier",
    )


def train_classifier(
    images: np.ndarray, labels: np.ndarray, settings: Classifier, seed: int
) -> keras.Model:
    """Train a classifier on clean digits.

    Parameters
    ----------
    images : (n, height, width) uint8 array
    labels : (n,) uint8 array
        Of classes, numbered from 0.
    settings : Classifier
        How to train.
    seed : int
        The pipeline's seed.
    """
    keras.utils.set_random_seed(integer_seed(seed, "classifier"))
    model = build_classifier(images.shape[1:], int(labels.max()) + 1)
    trainer = Trainer(model)
    updates = settings.epochs * math.ceil(len(images) / settings.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(settings.learning_rate, updates)
    trainer.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    trainer.fit(
        as_grey_values(images),
        labels,
        settings.batch_size,
        settings.epochs,
        verbose=keras_verbose(),
    )
    return model

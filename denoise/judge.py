"""The judge: a small classifier of clean digits, which says how legible a denoised digit is."""

import keras
import numpy as np
from keras import layers

from denoise.pairs import as_grey_values
from denoise.parameters import Judge
from denoise.seeding import integer_seed
from denoise.terminal import keras_verbosity
from denoise.trainer import Trainer

CLASSES = 10


def build_judge() -> keras.Sequential:
    """The untrained network, (n, 28, 28, 1) in [0, 1] to (n, 10) probabilities."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="digit"),
            layers.Conv2D(16, 3, padding="same", activation="relu", name="strokes"),
            layers.MaxPooling2D(2, name="pool_14"),
            layers.Conv2D(32, 3, padding="same", activation="relu", name="parts"),
            layers.MaxPooling2D(2, name="pool_7"),
            layers.Flatten(name="flatten"),
            layers.Dense(128, activation="relu", name="shapes"),
            layers.Dropout(0.3, name="dropout"),
            layers.Dense(CLASSES, activation="softmax", name="digits"),
        ],
        name="judge",
    )


def train_judge(images: np.ndarray, labels: np.ndarray, judge: Judge, seed: int) -> keras.Model:
    """A judge trained on clean digits.

    Parameters
    ----------
    images : (n, 28, 28) uint8 array
    labels : (n,) array of digits
    judge : how to train
    seed : the pipeline's seed
    """
    keras.utils.set_random_seed(integer_seed(seed, "judge"))
    model = build_judge()
    trainer = Trainer(model)
    updates = judge.epochs * -(-len(images) // judge.batch_size)
    rate = keras.optimizers.schedules.CosineDecay(judge.learning_rate, updates)
    trainer.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy")
    trainer.fit(
        as_grey_values(images), labels, judge.batch_size, judge.epochs, verbose=keras_verbosity()
    )
    return model

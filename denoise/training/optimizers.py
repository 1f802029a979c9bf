"""From a recipe to a Keras optimizer: the algorithm and its learning rate over time."""

import math

import keras

from denoise.io.parameters.training import Recipe, Schedule
from denoise.training.muon import Muon

ALGORITHMS = {
    "adadelta": keras.optimizers.Adadelta,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "lion": keras.optimizers.Lion,
    "muon": Muon,
    "sgd": keras.optimizers.SGD,
}


def build_optimizer(recipe: Recipe, updates: int) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer, its schedule spread over ``updates`` updates."""
    rate = WarmupThenDecay(recipe.learning_rate, recipe.schedule, updates)
    options = recipe.optimizer.model_dump(exclude={"name"})
    return ALGORITHMS[recipe.optimizer.name](learning_rate=rate, **options)


class WarmupThenDecay(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises linearly to its peak, then stays there or falls to zero."""

    def __init__(self, peak: float, schedule: Schedule, updates: int) -> None:
        self._peak, self._decay, self._updates = peak, schedule.decay, updates
        self._warmup = round(schedule.warmup * updates)

    def __call__(self, step) -> float:
        """Return the learning rate of update number ``step``, from 0."""
        step = keras.ops.cast(step, "float32")
        rising = (step + 1.0) / max(self._warmup, 1)
        left = (self._updates - step) / max(self._updates - self._warmup, 1)
        falling = {
            "constant": 1.0,
            "linear": left,
            "cosine": (1.0 - keras.ops.cos(math.pi * left)) / 2.0,
        }[self._decay]
        return self._peak * keras.ops.where(step < self._warmup, rising, falling)

    def get_config(self) -> dict:
        """Return what Keras shows of the schedule."""
        options = {"peak": self._peak, "decay": self._decay}
        return options | {"updates": self._updates, "warmup": self._warmup}

"""A trainer by blocks of several batches, which holds the pairs it learns from."""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from denoise.many_updates import repeat_with_jax, repeat_with_tensorflow
from denoise.pairs import PairBlocks
from denoise.trainer import Trainer


class PairTrainer(Trainer):
    """Trains a network by blocks of several batches; its updates are those of plain Keras.

    Call and evaluate it like the network. `fit` takes the blocks of `denoise.pairs.PairBlocks`:
    sample numbers where this model was given the set to keep on the device, else images.

    Parameters
    ----------
    network : the model to train, (n, height, width, 1) to the same shape
    batch_size : samples an update sees
    resident : the noisy images (copies * n, height, width, 1) and the clean ones
        (n, height, width), uint8, to keep on the device; or None
    replicas : devices that share each batch
    """

    def __init__(
        self,
        network: keras.Model,
        batch_size: int,
        resident: tuple[np.ndarray, np.ndarray] | None = None,
        replicas: int = 1,
    ) -> None:
        super().__init__(network)
        self._batch_size, self._replicas = batch_size, replicas
        # Variables, for these are what every backend keeps on the device between calls.
        self._resident = [self._keep(array) for array in resident or ()]

    def compile(self, optimizer: keras.optimizers.Optimizer, loss: str | Callable) -> None:
        """Set optimizer and loss, and create their state: a checkpoint may then be restored."""
        super().compile(optimizer, loss)
        optimizer.build(self.trainable_variables)
        nothing = ops.zeros((1, *self.network.input_shape[1:]))
        self.compute_loss(x=nothing, y=nothing, y_pred=nothing)

    def fit(self, blocks: PairBlocks, **options) -> keras.callbacks.History:
        """Keras' ``fit`` on the blocks of one epoch after another."""
        steps = len(blocks)
        return super().fit(blocks.endlessly(), steps_per_epoch=steps, shuffle=False, **options)

    def train_step(self, *arguments):
        """Update on one batch of a block after another: ``(data)``, or with JAX ``(state, data)``.

        Returns what Keras expects of a step: the logs, with JAX also the new state.
        """
        if keras.backend.backend() == "jax":
            return self._scan(super().train_step, *arguments)

        def update(batch):
            self.update(batch, lambda part: self._pairs(part, *self._resident))

        repeat_with_tensorflow(update, arguments[0], self._batch_size)
        return self.get_metrics_result()

    def _scan(self, step, state, data):
        trainable, fixed, optimizer, metrics = state
        # Carried through a scan, the set would be copied; it is closed over instead.
        kept = {id(variable) for variable in self._resident}
        places = [n for n, v in enumerate(self.non_trainable_variables) if id(v) in kept]
        resident = [fixed[n] for n in places]
        others = [value for n, value in enumerate(fixed) if n not in places]

        def whole(others):
            values = list(others)
            for place, value in zip(places, resident, strict=True):
                values.insert(place, value)
            return values

        def update(state, batch):
            trainable, others, optimizer, metrics = state
            state = trainable, whole(others), optimizer, metrics
            logs, state = step(state, self._pairs(batch, *resident))
            trainable, fixed, optimizer, metrics = map(list, state)
            others = [value for n, value in enumerate(fixed) if n not in places]
            return logs, (trainable, others, optimizer, metrics)

        carried = (list(trainable), others, list(optimizer), list(metrics))
        logs, (trainable, others, optimizer, metrics) = repeat_with_jax(
            update, carried, data, self._batch_size, self._replicas
        )
        return logs, (trainable, whole(others), optimizer, metrics)

    def _pairs(self, batch, noisy=None, clean=None):
        """Float32 inputs and targets of a batch: of images, or of numbers of resident ones."""
        if noisy is not None:
            (numbers,) = batch
            batch = ops.take(noisy, numbers, 0), ops.take(clean, numbers % clean.shape[0], 0)
        inputs, targets = (ops.cast(images, "float32") for images in batch)
        return inputs, ops.expand_dims(targets / np.float32(255), -1)

    def _keep(self, array: np.ndarray) -> keras.Variable:
        return self.add_weight(
            shape=array.shape,
            dtype=str(array.dtype),
            initializer=lambda shape, dtype=None: ops.convert_to_tensor(array),
            trainable=False,
            autocast=False,
        )

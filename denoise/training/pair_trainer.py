"""A trainer by blocks of several batches, which holds the pairs it learns from."""

from collections.abc import Callable

import keras
import numpy as np
from keras import ops

from denoise.backends.backend import take_rows
from denoise.training.multi_step import repeat_with_jax, repeat_with_tensorflow
from denoise.training.pair_blocks import PairBlocks
from denoise.training.pairs import Pairs
from denoise.training.trainer import Trainer


class PairTrainer(Trainer):
    """Trains a network by blocks of several batches; its updates are those of plain Keras.

    Call and evaluate it like the network. `fit` takes `denoise.training.pair_blocks.PairBlocks`:
    sample numbers where this model was given pairs to keep on the device, else images.

    Parameters
    ----------
    network : keras.Model
        The model to train, (n, height, width, 1) to the same shape.
    batch_size : int
        Samples an update sees.
    resident : Pairs or None
        The pairs to keep on the device, or None.
    replicas : int
        Devices that share each batch.
    """

    def __init__(
        self,
        network: keras.Model,
        batch_size: int,
        resident: Pairs | None = None,
        replicas: int = 1,
    ) -> None:
        super().__init__(network)
        self._batch_size, self._replicas = batch_size, replicas
        arrays = [resident.noisy, resident.targets] if resident else []
        distinct = {id(array): array for array in arrays}  # noisy targets are the noisy images
        self._resident = [self._on_device(array) for array in distinct.values()]

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
        ids = {id(variable) for variable in self._resident}
        places = [n for n, v in enumerate(self.non_trainable_variables) if id(v) in ids]
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

    def _pairs(self, batch, *resident):
        """Float32 inputs and targets of a batch: of images, or of numbers of resident ones."""
        if resident:
            inputs, targets = batch
            batch = take_rows(resident[0], inputs), take_rows(resident[-1], targets)
        return tuple(map(self._grey_values, batch))

    @staticmethod
    def _grey_values(images):
        grey = ops.cast(images, "float32")
        if keras.backend.standardize_dtype(images.dtype) != "uint8":
            return grey
        return ops.expand_dims(grey / np.float32(255), -1)

    def _on_device(self, array: np.ndarray) -> keras.Variable:
        # A variable, for this is what every backend keeps on the device between calls.
        return self.add_weight(
            shape=array.shape,
            dtype=str(array.dtype),
            initializer=lambda shape, dtype=None: ops.convert_to_tensor(array),
            trainable=False,
            autocast=False,
        )

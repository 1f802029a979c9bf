"""The mean of a network's weights over the end of training.

After P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization"
(2018).
"""

import keras
import numpy as np


class AveragedWeights(keras.callbacks.Callback):
    """Averages a network's weights over the last share of training, block after block.

    Parameters
    ----------
    network : keras.Model
        Whose weights; it is part of the model that is fitted.
    share : float
        Of all updates, in [0, 1); 0 takes the last weights.
    epochs : int
        Of the training.

    Attributes
    ----------
    weights : list[numpy.ndarray]
        The mean, as `keras.Model.set_weights` takes it, once training has ended.
    """

    def __init__(self, network: keras.Model, share: float, epochs: int) -> None:
        super().__init__()
        self._network, self._share, self._epochs = network, share, epochs
        self._epoch, self._count = 0, 0
        self.weights: list[np.ndarray] = []

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Note which epoch it is."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Add the weights to the mean, once the last share has begun."""
        if self._share == 0:
            return
        elapsed = (self._epoch + (batch + 1) / self.params["steps"]) / self._epochs
        if elapsed > 1 - self._share:
            self._count += 1
            if keras.backend.backend() == "jax":
                self.model.jax_state_sync()  # until then the weights are the compiled call's
            new = self._network.get_weights()
            old = self.weights or new
            self.weights = [a + (b - a) / self._count for a, b in zip(old, new, strict=True)]

    def on_train_end(self, logs: dict | None = None) -> None:
        """Without a mean, take the last weights."""
        self.weights = self.weights or self._network.get_weights()

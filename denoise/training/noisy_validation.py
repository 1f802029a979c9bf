"""The loss on noisy validation images, beside that on clean ones, which Keras measures itself."""

import keras
import numpy as np

from denoise.training.validation import BATCH_SIZE


class NoisyValidation(keras.callbacks.Callback):
    """Adds ``val_noisy_loss`` to an epoch's figures: the loss on fixed noisy images.

    The article validates on noise-free images, an easier task than the one trained on; this
    figure can be compared with the training loss.

    Parameters
    ----------
    noisy : (m, height, width) float array
    targets : (m, height, width, 1) float32 array
        The same images without noise.
    """

    def __init__(self, noisy: np.ndarray, targets: np.ndarray) -> None:
        super().__init__()
        self._noisy, self._targets = noisy[..., np.newaxis], targets

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Evaluate at the end of an epoch, before it is printed and recorded."""
        if logs is not None:
            logs["val_noisy_loss"] = self.model.evaluate(
                self._noisy, self._targets, batch_size=BATCH_SIZE, verbose=0
            )

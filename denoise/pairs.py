"""The (noisy, clean) pairs that training sees, batch by batch, in a new order each epoch."""

import math

import keras
import numpy as np

from denoise.seeding import seed_sequence


class NoisyPairs(keras.utils.PyDataset):
    """Batches of (noisy, clean) images in an order shuffled anew each epoch.

    Every sample is seen once an epoch. The order of epoch ``e`` depends on the seed and on ``e``
    alone. The arrays may be memory-mapped: a batch is read when it is needed.

    Parameters
    ----------
    noisy : (copies * n, height, width, 1) float array, copy after copy
    clean : (n, height, width) uint8 array
    batch_size : samples an update sees; the last batch of an epoch may be smaller
    seed : the pipeline's seed
    """

    def __init__(self, noisy: np.ndarray, clean: np.ndarray, batch_size: int, seed: int) -> None:
        super().__init__()
        self._noisy, self._clean = noisy, clean
        self._batch_size, self._seed = batch_size, seed
        self._epoch = 0
        self._order = self._shuffled()

    def __len__(self) -> int:
        """Batches an epoch."""
        return math.ceil(len(self._noisy) / self._batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch number ``index`` of the current epoch, as float32."""
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        noisy = self._noisy[chosen].astype(np.float32)
        return noisy, as_grey_values(self._clean[chosen % len(self._clean)])

    def on_epoch_end(self) -> None:
        """Move on to the next epoch's order."""
        self._epoch += 1
        self._order = self._shuffled()

    def _shuffled(self) -> np.ndarray:
        stream = seed_sequence(self._seed, f"train/shuffle/epoch-{self._epoch}")
        return np.random.Generator(np.random.PCG64(stream)).permutation(len(self._noisy))


def as_grey_values(images: np.ndarray) -> np.ndarray:
    """uint8 images (n, height, width) as float32 (n, height, width, 1) in [0, 1]."""
    return (images.astype(np.float32) / np.float32(255))[..., np.newaxis]

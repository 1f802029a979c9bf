"""The (noisy, clean) pairs that training sees, block by block, in a new order each epoch."""

import math
from collections.abc import Iterator

import numpy as np

from denoise.seeding import seed_sequence


class PairBlocks:
    """An epoch's pairs in an order shuffled anew, in blocks of several batches.

    Every sample is seen once an epoch. The order of epoch ``e`` depends on the seed and on ``e``
    alone. A block is either the numbers of its samples, for a device that holds the images, or
    the images themselves. Where several devices share each batch, a block holds, for each of
    this process' devices in turn, that device's share of every batch.

    Parameters
    ----------
    noisy : (copies * n, height, width, 1) float array, copy after copy; may be memory-mapped
    clean : (n, height, width) uint8 array
    batch_size : samples an update sees; the last batch of an epoch may be smaller
    batches : batches in a block; the last block of an epoch may be smaller
    seed : the pipeline's seed
    images : whether blocks are images, read when they are needed, instead of numbers
    epoch : the first epoch, from 0
    replicas : devices, on all processes, that share each batch
    mine : the replicas of this process
    """

    def __init__(
        self,
        noisy: np.ndarray,
        clean: np.ndarray,
        batch_size: int,
        batches: int,
        seed: int,
        images: bool = False,
        epoch: int = 0,
        replicas: int = 1,
        mine: slice = slice(None),
    ) -> None:
        self._noisy, self._clean = noisy, clean
        self._batch_size, self._block = batch_size, batch_size * batches
        self._seed, self._images, self._epoch = seed, images, epoch
        self._replicas, self._mine = replicas, mine
        self._order = self._shuffled()

    def __len__(self) -> int:
        """Blocks an epoch."""
        return math.ceil(len(self._noisy) / self._block)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        """Block number ``index`` of the current epoch.

        Either ``(numbers,)``, int32; or ``(noisy, clean)``, of the arrays' own types.
        """
        numbers = self._share(self._order[index * self._block : (index + 1) * self._block])
        if not self._images:
            return (numbers.astype(np.int32),)
        return self._noisy[numbers], self._clean[numbers % len(self._clean)]

    def next_epoch(self) -> None:
        """Move on to the next epoch's order."""
        self._epoch += 1
        self._order = self._shuffled()

    def endlessly(self) -> Iterator[tuple[np.ndarray, ...]]:
        """The blocks of one epoch after another, for Keras' ``fit`` with ``steps_per_epoch``.

        A data set that ends with each epoch would cost up to a second at every end, when
        TensorFlow waits for the threads that tuned its reading.
        """
        while True:
            for index in range(len(self)):
                yield self[index]
            self.next_epoch()

    def _share(self, numbers: np.ndarray) -> np.ndarray:
        whole = len(numbers) // self._batch_size * self._batch_size
        batches = numbers[:whole].reshape(-1, self._replicas, self._batch_size // self._replicas)
        shares = batches.swapaxes(0, 1).reshape(self._replicas, -1)
        rest = numbers[whole:].reshape(self._replicas, -1)
        return np.concatenate([shares, rest], axis=1)[self._mine].ravel()

    def _shuffled(self) -> np.ndarray:
        stream = seed_sequence(self._seed, f"train/shuffle/epoch-{self._epoch}")
        return np.random.Generator(np.random.PCG64(stream)).permutation(len(self._noisy))


def as_grey_values(images: np.ndarray) -> np.ndarray:
    """uint8 images (n, height, width) as float32 (n, height, width, 1) in [0, 1]."""
    return (images.astype(np.float32) / np.float32(255))[..., np.newaxis]

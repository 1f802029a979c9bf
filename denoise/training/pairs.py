"""The pairs of input and target that training sees, block by block, in a new order each epoch."""

import math
from collections.abc import Iterator

import numpy as np

from denoise.seeding import seed_sequence


class PairBlocks:
    """An epoch's pairs in an order shuffled anew, in blocks of several batches.

    Every sample is seen once an epoch. The order of epoch ``e`` depends on the seed and on ``e``
    alone. A block is either the numbers of its inputs and of their targets, for a device that holds
    the images, or the images themselves. Where several devices share each batch, a block holds,
    for each of this process' devices in turn, that device's share of every batch.

    The target of a noisy image is the clean one, or another noisy copy of it, after J. Lehtinen
    et al., "Noise2Noise" (2018): the next in the first epoch, the one after that in the second,
    and so on.

    Parameters
    ----------
    noisy : (copies * n, height, width, 1) float array
        Copy after copy; may be memory-mapped.
    clean : (n, height, width) uint8 array
    batch_size : int
        Samples an update sees; the last batch of an epoch may be smaller.
    batches : int
        Batches in a block; the last block of an epoch may be smaller.
    seed : int
        The pipeline's seed.
    target : str
        ``"clean"`` or ``"noisy-copy"``.
    images : bool
        Whether blocks are images, read when they are needed, instead of numbers.
    epoch : int
        The first epoch, from 0.
    replicas : int
        Devices, on all processes, that share each batch.
    mine : slice
        The replicas of this process.
    """

    def __init__(
        self,
        noisy: np.ndarray,
        clean: np.ndarray,
        batch_size: int,
        batches: int,
        seed: int,
        target: str = "clean",
        images: bool = False,
        epoch: int = 0,
        replicas: int = 1,
        mine: slice = slice(None),
    ) -> None:
        self._noisy, self._count = noisy, len(clean)
        self._targets = clean if target == "clean" else noisy
        self._batch_size, self._block = batch_size, batch_size * batches
        self._seed, self._images, self._epoch = seed, images, epoch
        self._replicas, self._mine = replicas, mine
        self._order = self._shuffled()

    def __len__(self) -> int:
        """Blocks an epoch."""
        return math.ceil(len(self._noisy) / self._block)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        """Block number ``index`` of the current epoch.

        Either the numbers of inputs and targets, int32; or inputs and targets, of the arrays' own
        types.
        """
        inputs = self._share(self._order[index * self._block : (index + 1) * self._block])
        if self._targets is self._noisy:
            others = len(self._noisy) // self._count - 1
            targets = (inputs + (1 + self._epoch % others) * self._count) % len(self._noisy)
        else:
            targets = inputs % self._count
        if self._images:
            return self._noisy[inputs], self._targets[targets]
        return inputs.astype(np.int32), targets.astype(np.int32)

    def next_epoch(self) -> None:
        """Move on to the next epoch's order."""
        self._epoch += 1
        self._order = self._shuffled()

    def endlessly(self) -> Iterator[tuple[np.ndarray, ...]]:
        """Yield the blocks of one epoch after another, for Keras' ``fit`` with ``steps_per_epoch``.

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

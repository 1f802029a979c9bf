"""The pairs that training sees, block by block, in a new order each epoch."""

import math
from collections.abc import Iterator

import numpy as np

from denoise.seeding import seed_sequence
from denoise.training.block_plan import BlockPlan
from denoise.training.distributed import ONE_DEVICE, Replicas
from denoise.training.pairs import Pairs


class PairBlocks:
    """An epoch's pairs in an order shuffled anew, in blocks of several batches.

    Every sample is seen once an epoch. The order of epoch ``e`` depends on the seed and on ``e``
    alone. A block is either the numbers of its inputs and of their targets, for a device that keeps
    the images, or the images themselves. Where several devices share each batch, a block holds,
    for each of this process' devices in turn, that device's share of every batch.

    Parameters
    ----------
    pairs : Pairs
        What is trained on.
    plan : BlockPlan
        How large blocks are, and what they hold.
    seed : int
        The pipeline's seed.
    epoch : int
        The first epoch, from 0.
    replicas : Replicas
        The devices that share each batch.
    """

    def __init__(
        self,
        pairs: Pairs,
        plan: BlockPlan,
        seed: int,
        epoch: int = 0,
        replicas: Replicas = ONE_DEVICE,
    ) -> None:
        self._pairs, self._plan = pairs, plan
        self._samples = plan.batch_size * plan.batches  # in a block
        self._seed, self._epoch, self._replicas = seed, epoch, replicas
        self._order = self._shuffled()

    def __len__(self) -> int:
        """Blocks an epoch."""
        return math.ceil(len(self._pairs) / self._samples)

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        """Block number ``index`` of the current epoch.

        Either the numbers of inputs and targets, int32; or inputs and targets, of the arrays' own
        types.
        """
        rows = self._order[index * self._samples : (index + 1) * self._samples]
        inputs = self._of_local_replicas(rows)
        targets = self._pairs.target_rows(inputs, self._epoch)
        if self._plan.resident:
            return inputs.astype(np.int32), targets.astype(np.int32)
        return self._pairs.noisy[inputs], self._pairs.targets[targets]

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

    def _of_local_replicas(self, numbers: np.ndarray) -> np.ndarray:
        batch_size, (count, local) = self._plan.batch_size, self._replicas
        whole = len(numbers) // batch_size * batch_size
        batches = numbers[:whole].reshape(-1, count, batch_size // count)
        by_replica = batches.swapaxes(0, 1).reshape(count, -1)
        rest = numbers[whole:].reshape(count, -1)
        return np.concatenate([by_replica, rest], axis=1)[local].ravel()

    def _shuffled(self) -> np.ndarray:
        stream = seed_sequence(self._seed, f"train/shuffle/epoch-{self._epoch}")
        return np.random.Generator(np.random.PCG64(stream)).permutation(len(self._pairs))

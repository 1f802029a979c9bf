"""How pairs reach the device: kept there all along, or streamed to it in blocks of batches."""

import math
from dataclasses import dataclass

from denoise.backends.backend import free_memory, on_accelerator
from denoise.training.pairs import Pairs

PROGRESS_UPDATES = 25  # of the bar in an epoch, where an epoch takes seconds
MAX_STREAMED_BATCHES = 100  # in a block of images, which has to fit the device's memory


@dataclass(frozen=True)
class BlockPlan:
    """The size of the blocks that Keras passes to one call of the training step.

    Parameters
    ----------
    batch_size : int
        Samples an update sees; the last batch of an epoch may be smaller.
    batches : int
        Batches in a block; the last block of an epoch may be smaller.
    resident : bool
        Whether the device keeps all pairs. A block then holds the numbers of images; otherwise it
        holds the images themselves.
    """

    batch_size: int
    batches: int
    resident: bool = True


def plan_blocks(pairs: Pairs, batch_size: int, callback_calls: int = 1) -> BlockPlan:
    """Return the largest blocks that fit the device and let the progress bar move.

    Parameters
    ----------
    pairs : Pairs
        What is trained on.
    batch_size : int
        Samples an update sees.
    callback_calls : int
        Blocks an epoch, at least, where an epoch has as many batches: callbacks see the weights
        after each block.
    """
    # Half, for the activations and the copy made on the way also want room.
    resident = pairs.nbytes <= free_memory() / 2
    blocks = callback_calls
    if not (resident and on_accelerator()):  # there an epoch is a matter of a second or less
        blocks = max(blocks, PROGRESS_UPDATES)
    batches = max(1, math.ceil(len(pairs) / batch_size) // blocks)
    if not resident:
        batches = min(batches, MAX_STREAMED_BATCHES)
    return BlockPlan(batch_size, batches, resident)

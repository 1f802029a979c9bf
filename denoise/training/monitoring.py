"""What watches a training without changing its result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import pandas as pd

from denoise.training.checkpoints import Checkpoints


def _record_nothing(curve: pd.DataFrame) -> None:
    pass


@dataclass(frozen=True)
class Monitoring:
    """Who is told of a training's progress, and where its state is kept.

    Parameters
    ----------
    checkpoints : Checkpoints or None
        Where the state after each epoch is kept, and training goes on from; the result is the same
        bits as without an interruption.
    record : Callable[[pandas.DataFrame], None]
        Called with the loss curve so far: after each epoch, and when training goes on from a
        checkpoint. Of several processes that train together, the first alone calls it.
    callbacks : Sequence[keras.callbacks.Callback]
        Keras' own or others.
    callback_calls : int
        How often an epoch, at least, callbacks see the weights, if it has as many batches. Up to
        `denoise.training.block_plan.PROGRESS_UPDATES` cost nothing on a CPU, where they are called
        as often anyway.
    """

    checkpoints: Checkpoints | None = None
    record: Callable[[pd.DataFrame], None] = _record_nothing
    callbacks: Sequence[keras.callbacks.Callback] = ()
    callback_calls: int = 1


UNMONITORED = Monitoring()

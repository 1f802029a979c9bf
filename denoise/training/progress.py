"""How far a training is: its loss curve, and a checkpoint after every epoch."""

from collections.abc import Callable

import keras
import numpy as np
import pandas as pd

from denoise.io.errors import InputError
from denoise.training.checkpoints import Checkpoints
from denoise.training.distributed import broadcast_from_main, is_main_process


class Progress(keras.callbacks.Callback):
    """Keeps the loss curve and the state of a training, which can then go on when interrupted.

    Parameters
    ----------
    checkpoints : Checkpoints or None
        Where the state after each epoch is kept. Training goes on from the last one there.
    record : Callable[[pandas.DataFrame], None]
        Called with the curve so far, see `denoise.training.monitoring.Monitoring`.

    Attributes
    ----------
    initial_epoch : int
        How many epochs were finished before.
    curve : pandas.DataFrame
        One row per finished epoch, see `denoise.training.fit.train`.
    """

    def __init__(
        self, checkpoints: Checkpoints | None, record: Callable[[pd.DataFrame], None]
    ) -> None:
        super().__init__()
        self._checkpoints, self._record = checkpoints, record
        found = checkpoints.latest() if checkpoints and is_main_process() else None
        epoch, self._state = found or (0, {})
        self.initial_epoch = int(broadcast_from_main(np.int32(epoch)))
        columns = [name for name in self._state if name.startswith("curve-")]
        self.curve = pd.DataFrame(
            {name.removeprefix("curve-"): self._state[name] for name in columns}
        )

    def restore(self, trainer: keras.Model) -> None:
        """Give a compiled trainer the state of the last checkpoint, if there is one."""
        if self.initial_epoch == 0:
            return
        # The main process alone has read the checkpoint; in others these are shapes to fill.
        values = [self._state.get(name, value) for name, value in _state_of(trainer).items()]
        values = broadcast_from_main(values)
        for variable, value in zip(_variables(trainer), values, strict=True):
            variable.assign(np.asarray(value))
        if is_main_process():
            print(
                f"Going on after epoch {self.initial_epoch}, where training was interrupted",
                flush=True,
            )
            self._record(self.curve)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Add a row to the curve, write a checkpoint and record the curve.

        Raises
        ------
        InputError
            when a loss is NaN or infinite.
        OSError
            when the checkpoint or the curve cannot be written.
        """
        losses = {name: float(value) for name, value in (logs or {}).items()}
        row = pd.DataFrame([{"epoch": epoch + 1, **losses}])
        if not np.isfinite(row.to_numpy(float)).all():
            raise InputError(
                f"the loss became NaN or infinite in epoch {epoch + 1}: training was stopped and"
                " no model written; lower the recipe's learning_rate in params.yaml"
            )
        self.curve = pd.concat([self.curve, row], ignore_index=True)
        if not is_main_process():
            return
        if self._checkpoints:
            curve = {f"curve-{name}": column.to_numpy() for name, column in self.curve.items()}
            self._checkpoints.save(epoch + 1, _state_of(self.model) | curve)
        self._record(self.curve)


def _variables(trainer: keras.Model) -> list[keras.Variable]:
    return [*trainer.trainable_variables, *trainer.optimizer.variables]


def _state_of(trainer: keras.Model) -> dict[str, np.ndarray]:
    values = map(keras.ops.convert_to_numpy, _variables(trainer))
    return {f"variable-{number}": value for number, value in enumerate(values)}

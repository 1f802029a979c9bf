"""Not outliving the program that started this one."""

import os

import keras

from denoise.io.errors import InputError


class StopWithParent(keras.callbacks.Callback):
    """Ends training when the process that started this one has ended, killed for instance.

    Otherwise training would go on unseen, beside the one that is started next.
    """

    def __init__(self) -> None:
        super().__init__()
        self._parent = os.getppid()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Look whether the parent is still there.

        Raises
        ------
        InputError
            when it is not.
        """
        if os.getppid() != self._parent:
            raise InputError("stopped, as the program that started it has ended")

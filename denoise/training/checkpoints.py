"""The states of an unfinished training, kept on disk: after any interruption it goes on."""

import hashlib
import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
from filelock import FileLock, Timeout

from denoise.io.atomic import atomic_file

MAX_TO_KEEP = 2  # the last one, and the one before in case the last is damaged


class Checkpoints:
    """Checkpoints of one training, in a folder named by all that determines its result.

    A context manager: while one process is in it, another that would train the same waits.
    Unlike `keras.callbacks.BackupAndRestore`, it takes no checkpoint of another training, nor one
    that a crash left half-written.

    Parameters
    ----------
    folder : Path
        Where checkpoints of any training live, each in a folder of its own.
    fingerprint : str
        Of everything that determines the result, see `denoise.training.fingerprint`.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._folder = folder / fingerprint
        self._lock = FileLock(folder / f"{fingerprint}.lock")

    def __enter__(self) -> Self:
        """Wait until no other process trains the same."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            print("The same is being trained by another process: waiting for it", flush=True)
            self._lock.acquire()
        return self

    def __exit__(self, *error: object) -> None:
        """Release the lock, so that another process may train."""
        self._lock.release()

    def save(self, epoch: int, state: Mapping[str, np.ndarray]) -> None:
        """Write the state after ``epoch`` epochs; then delete all but the last `MAX_TO_KEEP`.

        Raises
        ------
        OSError
            when the disk is full or cannot be written; earlier checkpoints stay.
        """
        content = io.BytesIO()
        np.savez(content, **state)
        payload = content.getvalue()
        with atomic_file(self._folder / f"epoch-{epoch:06d}.checkpoint") as partial:
            partial.write_bytes(hashlib.sha256(payload).digest() + payload)
        for old in self._files()[:-MAX_TO_KEEP]:
            old.unlink()

    def latest(self) -> tuple[int, dict[str, np.ndarray]] | None:
        """Return the last whole checkpoint: the number of epochs it is after, and the state.

        Says on the terminal when one is damaged, and takes the one before; None without any.
        """
        for path in reversed(self._files()):
            content = path.read_bytes()
            digest, payload = content[:32], content[32:]
            if hashlib.sha256(payload).digest() == digest:
                with np.load(io.BytesIO(payload)) as arrays:
                    return int(path.stem.removeprefix("epoch-")), dict(arrays)
            print(f"The checkpoint {path} is damaged: going back to the one before it", flush=True)
        return None

    def discard(self) -> None:
        """Delete the checkpoints: the training is finished and its results are written."""
        shutil.rmtree(self._folder, ignore_errors=True)
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("epoch-*.checkpoint"))

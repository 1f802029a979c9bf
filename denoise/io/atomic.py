"""Files and folders that appear whole or not at all: written aside, then renamed.

What is written aside has a name that nobody gives to files, and that is short, as file systems
limit names. It follows from the target's, so that a run takes away what a killed one has left.
One process at a time may write a target.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it to ``path`` when the block succeeds.

    The temporary name keeps the suffix of ``path``, which some writers go by. When the block
    fails, ``path`` stays as it was; when the power does, ``path`` is either as it was or whole.
    """
    partial = _aside(path, path.suffix)
    with _folder(path.parent):
        partial.unlink(missing_ok=True)  # left by a run that was killed; a link is not followed
        try:
            yield partial
            _write_through(partial)
            partial.replace(path)
            _write_through(path.parent)
        finally:
            partial.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Yield a new empty folder beside ``path``; let it take the place of ``path`` on success."""
    partial = _aside(path)
    with _folder(path.parent):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        try:
            yield partial
            shutil.rmtree(path, ignore_errors=True)
            partial.replace(path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _aside(path: Path, suffix: str = "") -> Path:
    """Return the path beside another one that it is written to."""
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()
    return path.with_name(f".denoise-{name[:16]}.partial{suffix}")


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    """Make a folder where there is none, and take it away again when the block fails."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        path.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for folder in missing:
            with suppress(OSError):  # it holds something else by now
                folder.rmdir()
        raise


def _write_through(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk and not only in its cache."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Which files a command line may write."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from denoise.datasets import pictures
from denoise.inference import array_files
from denoise.io.errors import InputError


class Outputs:
    """What may be written: no input, nothing twice, and what is there only by force.

    Parameters
    ----------
    inputs : Iterable of Path
        Files that are read.
    force : bool
        Overwrite other files that are there.
    """

    def __init__(self, inputs: Iterable[Path], force: bool) -> None:
        self._inputs = {place for path in inputs for place in (_place(path), path.resolve())}
        self._written: set[Path] = set()
        self._force = force

    def check(self, path: Path) -> None:
        """Raise an InputError if this file may not be written."""
        if _place(path) in self._inputs:
            raise InputError(f"{path} is an input, and would be lost: name another output")
        if _place(path) in self._written:
            raise InputError(f"{path} has just been written, for another input")
        if path.is_dir():
            raise InputError(
                f"{path} is a folder, and would have to be a file: name another output"
            )
        if os.path.lexists(path) and not self._force:
            raise InputError(f"{path} exists: --force overwrites it")

    def add(self, path: Path) -> None:
        """Remember a file that has been written."""
        self._written.add(_place(path))


def is_file_name(output: Path, inputs: Sequence[Path]) -> bool:
    """Whether the output is a file's name, by its suffix; InputError where it cannot be one."""
    try:
        if output.is_dir():
            return False
    except OSError as error:  # a name that is too long, or a folder that may not be read
        raise InputError(f"{output} cannot be an output ({error.strerror}): name another") from None
    suffix = output.suffix.lower()
    for kind in (pictures.SUFFIXES, array_files.SUFFIXES):
        if suffix in kind:
            if len(inputs) > 1 or inputs[0].is_dir():
                raise InputError(f"{output} is one file: name a folder for several")
            given = inputs[0].suffix.lower()
            if given not in kind or (given != suffix and kind is array_files.SUFFIXES):
                raise InputError(f"{output} cannot hold what {given} files do")
            return True
    if output.exists():
        raise InputError(f"{output} is no folder: name one, or a file by its suffix")
    if suffix and suffix in Image.registered_extensions():  # such as .gif: no folder was meant
        written = ", ".join(sorted(pictures.SUFFIXES))
        raise InputError(f"{output} cannot be written: pictures are written as {written}")
    if output.is_symlink():
        raise InputError(
            f"{output} is a link to {output.readlink()}, which does not exist: make that folder"
        )
    return False


def numbered_paths(path: Path, count: int) -> list[Path]:
    """Return a name for each of ``count`` pictures: ``page.png``, or ``page-1.png`` and on."""
    if count == 1:
        return [path]
    digits = len(str(count))
    return [path.with_stem(f"{path.stem}-{number:0{digits}}") for number in range(1, count + 1)]


def uncertainty_path(path: Path) -> Path:
    """Return the file beside an output that says how far off each pixel may be."""
    return path.with_stem(f"{path.stem}-uncertainty")


def _place(path: Path) -> Path:
    """Where a file's name stands, links to folders followed, and no link of that name."""
    return path.parent.resolve() / path.name

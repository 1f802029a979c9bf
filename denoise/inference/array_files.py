"""NumPy's .npy and .npz files, read and written a block at a time: memory stays bounded."""

import math
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError

SUFFIXES = frozenset({".npy", ".npz"})


class StoredArray:
    """An array in a file, from which blocks are read one after another.

    Parameters
    ----------
    file : IO[bytes]
        Opened for reading, at the array's header.

    Raises
    ------
    InputError
        when it is no such array, or one that is not read.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            version = np.lib.format.read_magic(file)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }[version]
            self.shape, fortran, self.dtype = read_header(file)
        except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
            raise InputError(f"it is no NumPy array: {error}") from None
        if fortran and len(self.shape) > 1:
            raise InputError(
                "it is stored column by column: save it as numpy.ascontiguousarray gives it"
            )
        if self.dtype.hasobject:
            raise InputError("it holds Python objects, which could run code and are not read")

    def blocks(self, size: int) -> Iterator[np.ndarray]:
        """Yield the rows of the array, at most ``size`` at a time.

        Raises
        ------
        InputError
            when the file ends too early.
        """
        shape = self.shape or (1,)
        row = self.dtype.itemsize * math.prod(shape[1:])
        for first in range(0, shape[0], size):
            rows = min(size, shape[0] - first)
            try:
                content = self._file.read(rows * row)
            except (zipfile.BadZipFile, EOFError, OSError) as error:
                raise InputError(f"it is damaged: {error}") from None
            if len(content) < rows * row:
                raise InputError("it is damaged: it ends too early")
            yield np.frombuffer(content, self.dtype).reshape(rows, *shape[1:])


@contextmanager
def open_arrays(path: Path) -> Iterator[Iterator[tuple[str, StoredArray]]]:
    """Yield the arrays of a file, each with its name, which is empty in an .npy file.

    Raises
    ------
    InputError
        when the file is no such file, empty or damaged.
    """
    if path.suffix.lower() == ".npy":
        with path.open("rb") as file:
            yield iter([("", StoredArray(file))])
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise InputError("it is no .npz file, or a damaged one") from None
    with archive:
        names = [name for name in archive.namelist() if name.endswith(".npy")]
        if not names:
            raise InputError("it holds no arrays")
        yield _members(archive, names)


def _members(archive: zipfile.ZipFile, names: list[str]) -> Iterator[tuple[str, StoredArray]]:
    for name in names:
        with archive.open(name) as file:
            yield name.removesuffix(".npy"), StoredArray(file)


class ArrayWriter:
    """Writes arrays of known shape block by block: one to an .npy file, several to an .npz."""

    def __init__(self, path: Path, archive: zipfile.ZipFile | None) -> None:
        self._path, self._archive = path, archive

    @contextmanager
    def array(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> Iterator[IO[bytes]]:
        """Begin an array: what is then written to the file that this yields are its rows."""
        header = {
            "descr": np.lib.format.dtype_to_descr(np.dtype(dtype)),
            "fortran_order": False,
            "shape": shape,
        }
        # A fixed date: the same images give the same bytes.
        member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
        with (
            self._archive.open(member, "w", force_zip64=True)
            if self._archive
            else self._path.open("wb")
        ) as file:
            np.lib.format.write_array_header_1_0(file, header)
            yield file


@contextmanager
def write_arrays(path: Path) -> Iterator[ArrayWriter]:
    """Return a writer of the .npy or .npz file ``path``, which appears when all is written."""
    with atomic_file(path) as partial:
        if path.suffix.lower() == ".npy":
            yield ArrayWriter(partial, None)
        else:
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
                yield ArrayWriter(partial, archive)

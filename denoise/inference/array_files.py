"""NumPy's .npy and .npz files, read and written a block at a time: memory stays bounded."""

import math
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError

SUFFIXES = frozenset({".npy", ".npz"})
HEADER_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
    # Its text is UTF-8 and not Latin-1, which matters to names of columns alone.
    (3, 0): np.lib.format.read_array_header_2_0,
}


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
            if version in HEADER_READERS:
                shape, fortran, self.dtype = HEADER_READERS[version](file)
        except Exception as error:  # a header is parsed as Python, an archive may be encrypted
            raise InputError(f"it is no NumPy array, or a damaged one: {_words(error)}") from None
        if version not in HEADER_READERS:
            raise InputError(
                f"it is of version {'.'.join(map(str, version))} of NumPy's format, and 1.0 to 3.0"
                " are read: save it by numpy.save"
            )
        self.shape = tuple(int(size) for size in shape)
        if min(self.shape, default=0) < 0:
            raise InputError(f"it is damaged: its header says that its shape is {self.shape}")
        if fortran and len(shape) > 1:
            raise InputError(
                "it is stored column by column: save it as numpy.ascontiguousarray gives it"
            )
        if version == (3, 0) and not str(self.dtype).isascii():
            raise InputError(
                "it is a table, and a name of its columns is not ASCII: rename that, or save each"
                " column as an array"
            )
        if self.dtype.hasobject:
            raise InputError("it holds Python objects, which could run code and are not read")

    def blocks(self, size: int) -> Iterator[np.ndarray]:
        """Yield the rows of the array, at most ``size`` at a time.

        Raises
        ------
        InputError
            when the file ends too early, or goes on after the array.
        """
        for content in self.raw_blocks(size):
            yield np.frombuffer(content, self.dtype).reshape(-1, *self.shape[1:])

    def raw_blocks(self, size: int) -> Iterator[bytes]:
        """Yield the same as bytes."""
        shape = self.shape or (1,)
        row = self.dtype.itemsize * math.prod(shape[1:])
        for first in range(0, shape[0], size):
            length = min(size, shape[0] - first) * row
            content = self._read(length)
            if len(content) < length:
                raise InputError("it is damaged: it ends too early")
            yield content
        if self._read(1):  # and with it, an archive checks its sum of all
            raise InputError("something follows after the array: save one array a file, or an .npz")

    def _read(self, length: int) -> bytes:
        try:
            return self._file.read(length)
        except Exception as error:  # of whatever packed an archive
            raise InputError(f"it is damaged: {_words(error)}") from None


@contextmanager
def open_arrays(path: Path) -> Iterator[Iterator[tuple[str, StoredArray]]]:
    """Yield the arrays of a file, each with its name, which is empty in an .npy file.

    Raises
    ------
    InputError
        when the file is no such file, empty, encrypted or damaged, or the name of an array is a
        path to elsewhere.
    """
    with path.open("rb") as file:
        if path.suffix.lower() == ".npy":
            yield iter([("", StoredArray(file))])
        else:
            yield _members(file)


def _members(file: IO[bytes]) -> Iterator[tuple[str, StoredArray]]:
    archive = _archive(file)
    names = [name for name in archive.namelist() if name.endswith(".npy")]
    if not names:
        raise InputError("it holds no arrays: the names of those end in .npy")
    if len(set(names)) < len(names):
        raise InputError("it holds several arrays of one name")
    for name in names:
        # What unpacks an archive would write a file of this name, on some systems elsewhere, and
        # the name would be in the output as well.
        if {"..", ""} & {*re.split(r"[/\\]", name)} or ":" in name:
            raise InputError(
                f"array {name.removesuffix('.npy')!r} has a name that is no file's inside a folder"
                " on every system, as it has '..', ':' or an empty part: rename it"
            )
    for name in names:
        try:
            member = archive.open(name)
        except Exception as error:
            raise InputError(f"array {name!r} cannot be unpacked: {_words(error)}") from None
        with member:
            with error_context(f"array {name.removesuffix('.npy')!r}"):
                stored = StoredArray(member)
            yield name.removesuffix(".npy"), stored


def other_members(path: Path) -> list[str]:
    """Return the names of the files in an .npz that are no arrays; an .npy file has none.

    Raises
    ------
    InputError
        when the file is no such file, or a damaged one.
    """
    if path.suffix.lower() == ".npy":
        return []
    with path.open("rb") as file:
        names = _archive(file).namelist()
    return [name for name in names if not name.endswith((".npy", "/"))]


def _archive(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except Exception:  # of what is damaged, any kind
        raise InputError("it is no .npz file, or a damaged one") from None


@contextmanager
def error_context(part: str) -> Iterator[None]:
    """Let an InputError say which part of a file it is about, such as ``"array 'images'"``."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{part}: {error}" if part else error) from None


def _words(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


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

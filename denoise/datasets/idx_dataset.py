"""A data set of IDX files from wherever it can be had, each checked against its SHA-256."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import platformdirs
import pooch
import requests

from denoise.datasets.idx import BadFileError, decode
from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import IdxDataset, IdxFile

USER_CACHE = "user-cache"
TIMEOUT = 30  # seconds without a byte before a mirror is given up


class AbsentError(Exception):
    """A source has no such file at all; the message says why."""


def find_idx(name: str, dataset: IdxDataset) -> dict[str, np.ndarray]:
    """Return the arrays of a data set, each from the first source that has its true bytes.

    Parameters
    ----------
    name : str
        Of the data set, and of its folder in the user's cache.
    dataset : IdxDataset
        Its files, and their sources, tried in order: each a folder (``~`` and ``$VARIABLE`` are
        expanded), the word ``user-cache`` for the per-user download cache, or an ``https://``
        address that the file names are appended to. A good download is kept in the cache when
        that is among the sources.

    Returns
    -------
    dict
        ``train_images``, ``train_labels``, ``test_images``, ``test_labels``: uint8 arrays; no
        labels where the data set has none.

    Raises
    ------
    InputError
        when some file is in none of the sources; the message says why each failed.
    """
    files = {key: file for key, file in dataset.files if file is not None}
    cache = user_cache()
    cache = cache and cache / name
    return {key: _find(file, dataset.sources, cache) for key, file in files.items()}


def user_cache() -> Path | None:
    """Return the folder downloads are kept in for this user, shared by all checkouts.

    None for a user without a home, as in some containers and batch systems.
    """
    try:
        return Path(platformdirs.user_cache_dir("denoise"))
    except RuntimeError:
        return None


def _find(file: IdxFile, sources: Sequence[str], cache: Path | None) -> np.ndarray:
    failures = []
    keep = cache if USER_CACHE in sources else None
    for source in sources:
        try:
            if source.startswith(("https://", "http://")):
                return _download(file, source, keep)
            return decode(_read(file, source, cache), file)
        except (AbsentError, BadFileError, OSError) as error:
            failures.append(f"{_where(file, source, cache)} {_reason(error)}")
            if not isinstance(error, AbsentError):
                print(f"{failures[-1]}; trying the next source", file=sys.stderr)
    raise InputError(
        f"no source has a good {file.name}.gz. Tried, in order:\n  "
        + "\n  ".join(failures)
        + "\nPut it in one of these folders (or name its folder in the environment variable, where"
        " one is asked), or set `prepare.dataset: digits` in params.yaml to run the whole pipeline"
        " on scikit-learn's own digits, with no network."
    )


def _folder(source: str, cache: Path | None) -> Path:
    if source == USER_CACHE:
        if cache is None:
            raise AbsentError("is nowhere: this user has no home")
        return cache
    return Path(os.path.expandvars(source)).expanduser()


def _read(file: IdxFile, source: str, cache: Path | None) -> bytes:
    folder = _folder(source, cache)
    if "$" in str(folder):
        raise AbsentError("names an environment variable that is not set")
    for path in (folder / f"{file.name}.gz", folder / file.name):
        if path.exists():
            return path.read_bytes()
    raise AbsentError("does not exist")


def _download(file: IdxFile, address: str, keep: Path | None) -> np.ndarray:
    url = f"{address.rstrip('/')}/{file.name}.gz"
    fetch = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=TIMEOUT)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{file.name}.gz"
        fetch(url, str(target), None)
        content = target.read_bytes()
    array = decode(content, file)
    if keep is not None:
        # A home that cannot be written to costs the next download, not this one.
        with (
            contextlib.suppress(OSError),
            atomic_file(keep / f"{file.name}.gz") as partial,
        ):
            partial.write_bytes(content)
    return array


def _where(file: IdxFile, source: str, cache: Path | None) -> str:
    if source == USER_CACHE and cache is None:
        return USER_CACHE
    if source.startswith(("https://", "http://")):
        return f"{source.rstrip('/')}/{file.name}.gz"
    return f"{_folder(source, cache)}/{file.name}.gz"


def _reason(error: Exception) -> str:
    if isinstance(error, AbsentError | BadFileError):
        return str(error)
    if isinstance(error, requests.HTTPError):
        return f"answered with status {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"did not answer within {TIMEOUT} seconds"
    if isinstance(error, requests.RequestException):
        return "could not be reached: is there a network?"
    return f"cannot be read: {error.strerror or error}"

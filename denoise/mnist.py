"""MNIST from wherever it can be had: each of its four files is proved before it is believed.

Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"; CC BY-SA 3.0.
"""

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

from denoise.atomic import atomic_file
from denoise.errors import InputError
from denoise.idx import BadFileError, IdxFile, decode

FILES = {
    "train_images": IdxFile(
        "train-images-idx3-ubyte",
        (60000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": IdxFile(
        "train-labels-idx1-ubyte",
        (60000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": IdxFile(
        "t10k-images-idx3-ubyte",
        (10000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": IdxFile(
        "t10k-labels-idx1-ubyte",
        (10000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}
USER_CACHE = "user-cache"
TIMEOUT = 30  # seconds without a byte before a mirror is given up


class AbsentError(Exception):
    """A source has no such file at all; the message says why."""


def find_mnist(sources: Sequence[str]) -> dict[str, np.ndarray]:
    """The four arrays of MNIST, each from the first source that has its true bytes.

    Parameters
    ----------
    sources : tried in order; each a folder (``~`` and ``$VARIABLE`` are expanded), the word
        ``user-cache`` for the per-user download cache, or an ``https://`` address the file
        names are appended to. A good download is kept in the cache when it is among the sources.

    Returns
    -------
    dict
        ``train_images``, ``train_labels``, ``test_images``, ``test_labels``: uint8 arrays

    Raises
    ------
    InputError
        when some file is in none of the sources; the message says why each failed.
    """
    return {key: _find(file, sources) for key, file in FILES.items()}


def user_cache() -> Path:
    """The folder downloads are kept in for this user, shared by all checkouts."""
    return Path(platformdirs.user_cache_dir("denoise")) / "mnist"


def _find(file: IdxFile, sources: Sequence[str]) -> np.ndarray:
    failures = []
    for source in sources:
        try:
            if source.startswith(("https://", "http://")):
                return _download(file, source, keep=USER_CACHE in sources)
            return decode(_read(file, source), file)
        except (AbsentError, BadFileError, OSError) as error:
            failures.append(f"{_where(file, source)} {_reason(error)}")
            if not isinstance(error, AbsentError):
                print(f"{failures[-1]}; trying the next source", file=sys.stderr)
    raise InputError(
        f"no source has a good {file.name}.gz. Tried, in order:\n  "
        + "\n  ".join(failures)
        + "\nPut MNIST's four .gz files in one of these folders (or name their folder in the"
        " environment variable MNIST_DIR), or set `prepare.dataset: digits` in params.yaml to"
        " run the whole pipeline on scikit-learn's own digits, with no network."
    )


def _folder(source: str) -> Path:
    if source == USER_CACHE:
        return user_cache()
    return Path(os.path.expandvars(source)).expanduser()


def _read(file: IdxFile, source: str) -> bytes:
    if "$" in str(_folder(source)):
        raise AbsentError("names an environment variable that is not set")
    path = _folder(source) / f"{file.name}.gz"
    if not path.exists():
        raise AbsentError("does not exist")
    return path.read_bytes()


def _download(file: IdxFile, address: str, keep: bool) -> np.ndarray:
    url = f"{address.rstrip('/')}/{file.name}.gz"
    fetch = pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=TIMEOUT)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{file.name}.gz"
        fetch(url, str(target), None)
        content = target.read_bytes()
    array = decode(content, file)
    if keep:
        # A home that cannot be written to costs the next download, not this one.
        with (
            contextlib.suppress(OSError),
            atomic_file(user_cache() / f"{file.name}.gz") as partial,
        ):
            partial.write_bytes(content)
    return array


def _where(file: IdxFile, source: str) -> str:
    if source.startswith(("https://", "http://")):
        return f"{source.rstrip('/')}/{file.name}.gz"
    return f"{_folder(source)}/{file.name}.gz"


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

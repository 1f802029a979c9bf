"""One short name for everything that determines a result."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

COMPUTING = ("backends", "corruption", "networks", "training")  # what training computes with


def fingerprint(settings: Mapping, arrays: Iterable[np.ndarray], program: Path) -> str:
    """20 hexadecimal digits that change with the settings, the data or the code.

    Parameters
    ----------
    settings : Mapping
        What JSON can hold: parameters, versions, the device.
    arrays : Iterable[numpy.ndarray]
        The data, every byte of which counts.
    program : Path
        The file of the code that computes the result with the packages of `COMPUTING`.
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    package = Path(__file__).parents[1]
    code = [path for name in COMPUTING for path in sorted((package / name).rglob("*.py"))]
    for path in (*code, package / "seeding.py", program):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]

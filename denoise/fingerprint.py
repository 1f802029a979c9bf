"""One short name for everything that determines a result."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np


def fingerprint(settings: Mapping, arrays: Iterable[np.ndarray], program: Path) -> str:
    """20 hexadecimal digits that change with the settings, the data or the code.

    Parameters
    ----------
    settings : what JSON can hold: parameters, versions, the device
    arrays : the data, every byte of which counts
    program : the file of the code that computes the result with this package
    """
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for array in arrays:
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array))
    for path in (*sorted(Path(__file__).parent.glob("*.py")), program):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:20]

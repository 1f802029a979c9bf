"""IDX files, MNIST's own format: a short header and unsigned bytes, often packed with gzip.

The format, http://yann.lecun.com/exdb/mnist/: two zero bytes, the type (8 is an unsigned byte),
the number of dimensions, each dimension as a big-endian 32-bit integer, then the data.
"""

import gzip
import hashlib
import io
import math
import zlib

import numpy as np

from denoise.io.parameters.datasets import IdxFile


class BadFileError(ValueError):
    """The bytes are not the file they should be; the message says in what way."""


def decode(content: bytes, expected: IdxFile) -> np.ndarray:
    """Unpack, check and parse one file, with gzip or without.

    Returns
    -------
    uint8 array of ``expected.shape``

    Raises
    ------
    BadFileError
        when ``content`` is empty, no such file, truncated or damaged, when its IDX header is not
        the expected one, or when the SHA-256 differs, of the unpacked bytes or of the packed ones.
    """
    if expected.sha256_gz is not None and content[:3] == b"\0\0\x08":
        raise BadFileError("is unpacked, and its SHA-256 is known of the .gz file alone")
    array = _parse(_decompress(content, expected), expected)
    if expected.sha256_gz is not None:
        _check(content, expected.sha256_gz)
    return array


def _decompress(content: bytes, expected: IdxFile) -> bytes:
    if not content:
        raise BadFileError("is empty")
    if content[:3] == b"\0\0\x08":
        return content
    if content[:2] != b"\x1f\x8b":
        looks = "an HTML page" if content.lstrip()[:1] == b"<" else f"{content[:4]!r}..."
        raise BadFileError(f"is neither gzip nor IDX: it begins like {looks}")
    size = 4 + 4 * len(expected.shape) + math.prod(expected.shape)
    try:
        # One byte more than expected is enough to know, whatever the file would unpack to.
        data = gzip.GzipFile(fileobj=io.BytesIO(content)).read(size + 1)
    except EOFError:
        raise BadFileError("is truncated: its gzip stream ends early") from None
    except (OSError, zlib.error) as error:
        raise BadFileError(f"is damaged: {error}") from None
    return data


def _parse(data: bytes, expected: IdxFile) -> np.ndarray:
    header = 4 + 4 * len(expected.shape)
    magic = bytes([0, 0, 8, len(expected.shape)])
    if data[:4] != magic:
        raise BadFileError(f"has the IDX magic number {data[:4].hex()}, not {magic.hex()}")
    if len(data) < header:
        raise BadFileError("is truncated: its header ends early")
    shape = tuple(int(n) for n in np.frombuffer(data[4:header], dtype=">u4"))
    if shape != tuple(expected.shape):
        raise BadFileError(f"has the shape {shape}, not {tuple(expected.shape)}")
    if len(data) != header + math.prod(shape):
        raise BadFileError(
            f"holds {len(data) - header} bytes of data or more, not {math.prod(shape)}"
        )
    if expected.sha256 is not None:
        _check(data, expected.sha256)
    return np.frombuffer(data[header:], dtype=np.uint8).reshape(shape)


def _check(content: bytes, sha256: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BadFileError("has the right shape but not the right bytes: its SHA-256 differs")

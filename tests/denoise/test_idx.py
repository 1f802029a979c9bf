"""Only a file with the true bytes is believed; every other one is told apart."""

import functools
import gzip
import hashlib

import numpy as np
import pytest

from denoise.datasets.idx import BadFileError, decode
from denoise.io.parameters.datasets import IdxFile

ARRAY = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
DATA = bytes([0, 0, 8, 3]) + np.array([2, 3, 4], dtype=">u4").tobytes() + ARRAY.tobytes()
compress = functools.partial(gzip.compress, mtime=0)  # a test's name must not hold the time
DIGEST = hashlib.sha256(DATA).hexdigest()
FILE = IdxFile(name="toy-images-idx3-ubyte", shape=[2, 3, 4], sha256=DIGEST)


@pytest.mark.parametrize("level", [0, 9])
def test_the_true_bytes_are_read_however_they_were_compressed(level):
    np.testing.assert_array_equal(decode(compress(DATA, level), FILE), ARRAY)


def test_a_file_may_lie_there_unpacked():
    np.testing.assert_array_equal(decode(DATA, FILE), ARRAY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"<!DOCTYPE html><html>404</html>", "begins like an HTML page"),
        (b"PK\x03\x04 and more", "is neither gzip nor IDX"),
        (DATA[:-1], "holds 23 bytes"),
        (DATA[:6], "is truncated: its header ends early"),
        (compress(DATA)[:-12], "is truncated"),
        (compress(DATA)[:3], "is truncated"),
        (compress(DATA)[:20] + b"\xff\xff" + compress(DATA)[22:], "is damaged"),
        (compress(b"\x00\x00\x08\x01" + DATA[4:]), "magic number 00000801, not 00000803"),
        (compress(DATA[:4] + DATA[8:12] + DATA[4:8] + DATA[12:]), "has the shape (3, 2, 4)"),
        (compress(DATA[:7] + b"\x03" + DATA[8:]), "has the shape (3, 3, 4), not (2, 3, 4)"),
        (compress(DATA[:-1]), "holds 23 bytes"),
        (compress(DATA + b"\x00" * 99), "holds 25 bytes of data or more, not 24"),
        (compress(DATA[:-1] + b"\x00"), "its SHA-256 differs"),
        (compress(b""), "has the IDX magic number"),
    ],
)
def test_any_other_bytes_are_refused_with_the_reason(content, message):
    with pytest.raises(BadFileError) as caught:
        decode(content, FILE)
    assert message in str(caught.value)


def test_a_file_may_be_known_by_its_packed_bytes_alone():
    packed = compress(DATA)
    digest = hashlib.sha256(packed).hexdigest()
    known = IdxFile(name="toy-images-idx3-ubyte", shape=[2, 3, 4], sha256_gz=digest)
    np.testing.assert_array_equal(decode(packed, known), ARRAY)
    for content, message in (
        (compress(DATA, 0), "its SHA-256 differs"),
        (compress(DATA[:-1] + b"\x00"), "its SHA-256 differs"),
        (DATA, "is unpacked, and its SHA-256 is known of the .gz file alone"),
    ):
        with pytest.raises(BadFileError, match=message):
            decode(content, known)

"""PNG files made by hand, of kinds that no library writes."""

import struct
import zlib

import numpy as np


def chunk(kind, content):
    """A chunk: its length, kind, content and checksum."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def header(width, height, depth, colour):
    """The signature and the header of a file that is not interlaced."""
    size = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size)


def png(values, depth, colour, *chunks):
    """A whole file of (height, width) or (height, width, samples) whole numbers."""
    rows = b""
    for row in values.reshape(len(values), -1):
        bits = "".join(f"{value:0{depth}b}" for value in row)
        bits += "0" * (-len(bits) % 8)
        rows += b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    data = (*chunks, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return header(*np.shape(values)[1::-1], depth, colour) + b"".join(data)

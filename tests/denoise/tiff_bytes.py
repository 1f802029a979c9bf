"""TIFF files made by hand, of kinds that no library writes."""

import struct

TAGS = {  # by their names in the standard
    "ImageWidth": 256,
    "ImageLength": 257,
    "BitsPerSample": 258,
    "Compression": 259,
    "PhotometricInterpretation": 262,
    "StripOffsets": 273,
    "SamplesPerPixel": 277,
    "RowsPerStrip": 278,
    "StripByteCounts": 279,
}
HEADER = 8  # bytes


def tiff(width, height, content, **tags):
    """A little-endian file of one strip, with these tags beside those that every file has."""
    tags |= {"ImageWidth": width, "ImageLength": height, "RowsPerStrip": height}
    tags |= {"StripOffsets": HEADER, "StripByteCounts": len(content)}
    tags |= {"Compression": 1, "SamplesPerPixel": 1}
    entries = sorted((TAGS[name], value) for name, value in tags.items())
    table = b"".join(struct.pack("<HHII", number, 4, 1, value) for number, value in entries)
    head = struct.pack("<2sHI", b"II", 42, HEADER + len(content))
    return head + content + struct.pack("<H", len(entries)) + table + bytes(4)

"""The hash that DVC gives a folder."""

import hashlib
import json
from collections.abc import Mapping


def folder_hash(files: Mapping[str, str]) -> str:
    """Of the list of its files, by their paths in it, and the MD5 of each."""
    listing = [{"md5": md5, "relpath": path} for path, md5 in sorted(files.items())]
    return hashlib.md5(json.dumps(listing).encode()).hexdigest() + ".dir"

"""Paths that a user gives on a command line."""

import argparse
from pathlib import Path


def path_argument(given: str) -> Path:
    """Return a path, as argparse wants its types.

    Raises
    ------
    argparse.ArgumentTypeError
        When it is empty: `pathlib` takes that for the current folder, which nobody named.
    """
    if not given:
        raise argparse.ArgumentTypeError("it is empty; name a file or a folder, '.' for this one")
    return Path(given)

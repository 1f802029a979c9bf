"""One seed for everything: each random stream is derived from it by name.

Streams are ``numpy.random.SeedSequence`` children whose spawn key is the stream's name,
so that adding a stage, a copy or a level moves no other stream.
"""

import numpy as np


def seed_sequence(seed: int, name: str) -> np.random.SeedSequence:
    """Return the seed sequence of the stream ``name``, such as ``"generate/copy-0"``.

    >>> seed_sequence(1, "train/weights").generate_state(1)
    array([3257874613], dtype=uint32)
    """
    return np.random.SeedSequence(seed, spawn_key=tuple(name.encode()))


def integer_seed(seed: int, name: str) -> int:
    """Return a 32-bit seed of the stream ``name``, for libraries that take one integer."""
    return int(seed_sequence(seed, name).generate_state(1)[0])

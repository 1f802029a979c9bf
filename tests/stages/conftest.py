"""Small data, made once."""

import numpy as np
import pytest

from tests.stages.small_run import finish, start, write_parameters


@pytest.fixture(scope="session")
def small_data(tmp_path_factory):
    """A folder with ``clean`` and ``noisy``: 240 digits, two noisy copies of each, 100 to test."""
    folder = tmp_path_factory.mktemp("data")
    write_parameters(folder)
    finish(start(folder, "prepare", "--clean", "clean"))
    for part, count in (("train", 240), ("test", 100)):
        for kind in ("images", "labels"):
            path = folder / "clean" / f"{part}_{kind}.npy"
            np.save(path, np.load(path)[:count])
    finish(start(folder, "generate", "--clean", "clean", "--noisy", "noisy"))
    return folder

"""Small data, made once."""

import pytest

from tests.stages.small_run import finish, prepare_options, shrink, start, write_parameters


@pytest.fixture(scope="session")
def small_data(tmp_path_factory):
    """A folder with ``clean`` and ``noisy``: 240 digits, two noisy copies of each, 100 to test."""
    folder = tmp_path_factory.mktemp("data")
    write_parameters(folder)
    finish(start(folder, "prepare", *prepare_options()))
    shrink(folder / "clean")
    finish(start(folder, "generate", "--clean", "clean", "--noisy", "noisy"))
    return folder

"""What is installed beside each other, in any order, agrees."""

import re
from collections import defaultdict
from importlib.metadata import distributions
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "requirements"
APART = {"validator.txt", "older-keras.txt"}  # in environments of their own
LOCKS = [
    FOLDER.with_name("requirements.txt"),
    *sorted(path for path in FOLDER.glob("*.txt") if path.name not in APART),
]
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
# What writes into folders of others: the CUDA libraries, of one folder each for all versions.
SHARING = re.compile(r"nvidia-|jax|tensorflow")


def pinned(lock):
    return PINNED.findall(lock.read_text(encoding="utf-8"))


def test_a_package_has_one_version_in_all_locks():
    versions = defaultdict(set)
    for lock in LOCKS:
        for name, version in pinned(lock):
            versions[name].add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
    assert len(versions["jax"]) == len(versions["tensorflow"]) == 1


def test_the_libraries_for_a_gpu_are_of_one_version_of_cuda():
    names = [name for lock in LOCKS for name, _ in pinned(lock)]
    cuda = {name for name in names if re.match(r"nvidia-|jax-cuda", name)}
    assert "jax-cuda12-plugin" in cuda
    assert "nvidia-cudnn-cu12" in cuda
    # CUDA 13's have other names, and some of them the same folders.
    assert {name for name in cuda if "cu12" not in name and "cuda12" not in name} == set()


@pytest.mark.parametrize(
    "package",
    [each for each in distributions() if SHARING.match(each.metadata["Name"].lower())],
    ids=lambda package: package.metadata["Name"],
)
def test_an_installed_package_has_all_files_that_it_lists(package):
    """As it has not where another, installed later, wrote files of its own in their place."""
    for file in package.files:
        if file.size is not None and file.suffix != ".pyc":
            assert Path(file.locate()).stat().st_size == file.size, file

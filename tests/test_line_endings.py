"""A checkout has the committed bytes, also where git is told to convert line endings."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.stages.small_run import finish, prepare_options, start, write_parameters

ROOT = Path(__file__).parents[1]


def git(*arguments, folder):
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    command = ["git", *author, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return done.stdout


@pytest.fixture(scope="module")
def names():
    listing = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=ROOT)
    return [name for name in filter(None, listing.split("\0")) if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, names):
    """The files as they are here, committed, and cloned with ``core.autocrlf``."""
    folder = tmp_path_factory.mktemp("line-endings")
    committed = folder / "committed"
    git("init", "--quiet", committed, folder=folder)
    for name in names:
        (committed / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, committed / name)
    git("add", "--all", folder=committed)
    git("commit", "--quiet", "--message", "All", folder=committed)
    windows = ("--config", "core.autocrlf=true", "--config", "core.eol=crlf")
    git("clone", "--quiet", *windows, committed, "checkout", folder=folder)
    return folder / "checkout"


def test_no_byte_is_another(checkout, names):
    assert len(names) > 300
    changed = [
        name for name in names if (checkout / name).read_bytes() != (ROOT / name).read_bytes()
    ]
    assert changed == []


def test_a_stage_runs(checkout):
    write_parameters(checkout)
    finish(start(checkout, "prepare", *prepare_options(checkout)))
    assert np.load(checkout / "clean" / "train_images.npy").dtype == np.uint8

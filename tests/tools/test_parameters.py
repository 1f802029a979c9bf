"""What `make repro` says before DVC begins: of parameters, and of data of one's own."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
ENTRY = "mine: {format: npz, path: mine.npz, sha256: unknown}\n"


@pytest.fixture
def check(tmp_path):
    """Run the check in a folder with a data set of one's own: exit code, and what it prints."""
    for name in ("params.yaml", "datasets.yaml", "studies/params.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with (tmp_path / "datasets.yaml").open("a", encoding="utf-8") as datasets:
        datasets.write(ENTRY)
    (tmp_path / "data" / "own" / "deep").mkdir(parents=True)

    def run(**changes):
        params = tmp_path / "params.yaml"
        text = params.read_text(encoding="utf-8")
        for before, after in changes.values():
            assert before in text
            text = text.replace(before, after, 1)
        params.write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "tools.parameters"]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_nothing_is_said_where_all_is_well(check):
    assert check() == (0, "")


def test_data_of_ones_own_that_is_new_is_told_with_the_next_step(check, tmp_path):
    images = np.zeros((6, 16, 16), np.uint8)
    path = tmp_path / "data" / "own" / "mine.npz"
    np.savez(path, train_images=images, test_images=images)
    code, said = check(use=("dataset: mnist", "dataset: mine"))
    assert code == 1
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert said.startswith(
        f"The data set 'mine' is new. data/own/mine.npz has the SHA-256 {digest}"
    )
    assert "copy the first there" in said
    datasets = tmp_path / "datasets.yaml"
    text = datasets.read_text(encoding="utf-8")
    datasets.write_text(text.replace("sha256: unknown", f"sha256: {digest}"), encoding="utf-8")
    assert check() == (0, "")


@pytest.mark.parametrize("kind", ["pipe", "socket"])
def test_what_dvc_would_wait_for_is_named(check, tmp_path, kind, monkeypatch):
    path = tmp_path / "data" / "own" / "deep" / kind
    if kind == "pipe":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            monkeypatch.chdir(path.parent)  # the path of a socket is to be short
            listener.bind(kind)
    code, said = check()
    assert code == 1
    assert said.startswith(f"data/own/deep/{kind} is a pipe, a socket or a device")
    assert said.count("\n") == 1

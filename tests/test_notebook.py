"""What docs/running.md and the tutorial run in Colab, run as Colab would run it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.gpu_check import PLAIN
from tests.test_pipeline import ROOT, copy_tree, edit, make_small

GUIDE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
LINES = re.search(r"### In a notebook\n.*?```sh\n(.*?)```", GUIDE, re.DOTALL)[1]
ADDRESS = re.search(r"git clone (\S+)", LINES)[1]
# What it would install is installed: it leaves what it was asked for, and asks no network.
PIP = """#!/bin/sh
for argument; do echo "$argument"; done > "$ASKED"
"""


@pytest.fixture
def published(tmp_path):
    """A repository to clone, whose parameters take seconds."""

    def change(parameters):
        make_small(parameters)
        parameters["recipes"]["shorter"]["optimizer"] = PLAIN
        parameters["train"]["recipe"] = "shorter"

    folder = copy_tree(tmp_path / "published")
    edit(folder, change)
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    commit = ["git", *who, "commit", "--quiet", "--message", "Small"]
    subprocess.run(commit, cwd=folder, check=True)
    return folder


@pytest.fixture
def colab(published, tmp_path):
    """The environment of a notebook in the empty folder ``content``."""
    (tmp_path / "content").mkdir()
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text(PIP, encoding="utf-8")
    pip.chmod(0o755)
    found = os.pathsep.join([str(pip.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {
        **{key: value for key, value in os.environ.items() if key != "DENOISE_PYTHON"},
        "PATH": found,
        "ASKED": str(tmp_path / "asked"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{published}.insteadOf",
        "GIT_CONFIG_VALUE_0": ADDRESS,
    }


def test_the_lines_install_a_lock_and_train_without_a_virtual_environment(colab, tmp_path):
    notebook = tmp_path / "content"
    result = subprocess.run(
        ["sh"],
        input=LINES,
        cwd=notebook,
        env=colab,
        capture_output=True,
        encoding="utf-8",
        timeout=400,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    (clone,) = notebook.iterdir()
    assert not (clone / ".venv").exists()
    assert " on JAX " in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1,0.")  # the curve of one epoch

    *options, lock = (tmp_path / "asked").read_text(encoding="utf-8").split()
    assert options == ["install", "--quiet", "--require-hashes", "-r"]
    pinned = (clone / lock).read_text(encoding="utf-8")
    names = re.findall(r"^([\w.-]+)==", pinned, re.MULTILINE)
    assert {"dvc", "jax", "jax-cuda12-plugin", "nvidia-cudnn-cu12", "tensorflow"} <= {*names}


def test_the_first_cell_of_the_tutorial_finds_the_project(colab, tmp_path):
    tutorial = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in tutorial["cells"] if cell["cell_type"] == "code")
    before = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('colab')\n"
    after = "\nimport denoise\nprint(denoise.__file__)\n"
    result = subprocess.run(
        [sys.executable, "-c", before + "".join(cell["source"]) + after],
        cwd=tmp_path / "content",
        env=colab,
        capture_output=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    clone = tmp_path / "content" / "denoise"
    assert result.stdout.splitlines() == [str(clone / "denoise" / "__init__.py")]
    asked = (tmp_path / "asked").read_text(encoding="utf-8").split()
    assert asked == ["install", "--quiet", "ruamel.yaml"]
    assert tutorial["metadata"]["accelerator"] == "GPU"

"""Run as a user runs them, stages tell a mistake in a sentence and leave nothing behind."""

import gzip
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tests.stages.small_run import ENVIRONMENT, ROOT

TRAIN_OUTPUTS = ("--model", "out", "--curve", "c.csv", "--metrics", "m.json", "--checkpoints", "k")

EVALUATE = ("--metrics", "out.json", "--table", "out.csv")


@pytest.fixture
def folder(tmp_path):
    """An empty working folder with the committed parameters."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    return tmp_path


def fails(folder, *command, limit="", **environment):
    """Run a stage that must fail; return its one line of complaint."""
    shell = f'{limit} exec "$0" "$@"'
    result = subprocess.run(
        ["sh", "-c", shell, ROOT / "stages" / "run", *command],
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.strip()


def change(folder, before, after):
    text = (folder / "params.yaml").read_text()
    assert before in text
    (folder / "params.yaml").write_text(text.replace(before, after, 1))


def use_digits(folder):
    change(folder, "dataset: mnist", "dataset: digits")
    arguments = [ROOT / "stages" / "run", "prepare", "--clean", "clean"]
    subprocess.run(arguments, cwd=folder, env=ENVIRONMENT, check=True)


@pytest.mark.parametrize(
    ("stage", "options"),
    [
        ("prepare", ["--clean", "out"]),
        ("generate", ["--clean", "clean", "--noisy", "out"]),
        ("classifier", ["--clean", "clean", "--model", "out", "--metrics", "out.json"]),
    ],
)
def test_every_stage_refuses_bad_parameters_before_any_work(folder, stage, options):
    change(folder, "copies: 4", "copies: none")
    line = fails(folder, stage, *options)
    assert line == (
        f"stages/run {stage}: params.yaml: noise.copies is 'none'; it should be a valid integer"
    )
    assert [path.name for path in folder.iterdir()] == ["params.yaml"]


@pytest.mark.parametrize(
    ("stage", "options", "missing"),
    [
        ("generate", ["--noisy", "out"], "clean/train_images.npy"),
        (
            "train",
            ["--noisy", "n", *TRAIN_OUTPUTS],
            "clean/train_images.npy",
        ),
        (
            "evaluate",
            [*EVALUATE, "--level", "0-clean", "--model", "m", "--classifier", "j"],
            "clean/test_images.npy",
        ),
    ],
)
def test_a_stage_started_too_early_says_what_is_missing(folder, stage, options, missing):
    line = fails(folder, stage, "--clean", "clean", *options)
    assert f"{missing} does not exist yet: `dvc repro` runs the stage that makes it" in line
    assert "\n" not in line
    assert [path.name for path in folder.iterdir()] == ["params.yaml"]


def test_a_level_that_does_not_exist_is_answered_with_those_that_do(folder):
    use_digits(folder)
    models = (
        "--model",
        ROOT / "models" / "denoiser",
        "--classifier",
        ROOT / "models" / "classifier",
    )
    line = fails(
        folder, "evaluate", "--level", "9-hopeless", "--clean", "clean", *models, *EVALUATE
    )
    assert "there is no level '9-hopeless'; the levels are 0-clean, 1-faint" in line


def test_a_damaged_array_is_told(folder):
    use_digits(folder)
    (folder / "clean" / "train_images.npy").write_bytes(b"\x93NUMPY")
    line = fails(folder, "generate", "--clean", "clean", "--noisy", "noisy")
    assert "clean/train_images.npy is damaged" in line
    assert not (folder / "noisy").exists()


def test_bad_mnist_files_never_reach_the_data(folder):
    shared = folder / "mnist"
    shared.mkdir()
    (shared / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(b"not MNIST"))
    text = (folder / "params.yaml").read_text()
    start, end = text.index("    sources:"), text.index("    files:")
    sources = "    sources: [$MNIST_DIR, 'http://127.0.0.1:9/']\n"
    (folder / "params.yaml").write_text(text[:start] + sources + text[end:])
    message = fails(folder, "prepare", "--clean", "clean", MNIST_DIR=str(shared))
    assert "has the IDX magic number" in message
    assert "could not be reached: is there a network?" in message
    assert "prepare.dataset: digits" in message
    assert not (folder / "clean").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="limits file sizes as Linux does")
def test_a_disk_that_takes_no_more_is_told_and_what_was_there_stays(folder):
    use_digits(folder)
    (folder / "noisy").mkdir()
    (folder / "noisy" / "precious").touch()
    options = ["--clean", "clean", "--noisy", "noisy"]
    line = fails(folder, "generate", *options, limit="ulimit -f 1000;")
    assert "File too large" in line
    assert "make room or give permission, then run it again" in line
    assert [path.name for path in (folder / "noisy").iterdir()] == ["precious"]
    assert sorted(path.name for path in folder.iterdir()) == ["clean", "noisy", "params.yaml"]


def test_a_folder_that_cannot_be_written_is_told(folder):
    use_digits(folder)
    (folder / "data").write_text("a file where a folder should be")
    line = fails(folder, "generate", "--clean", "clean", "--noisy", "data/noisy")
    assert "data" in line
    assert "make room or give permission" in line


def test_a_backend_that_is_not_installed_is_told(folder):
    use_digits(folder)
    (folder / "noisy").mkdir()
    np.save(folder / "noisy" / "images.npy", np.zeros((4, 28, 28, 1), np.float16))
    change(folder, "backend: tensorflow", "backend: jax")
    blocked = folder / "blocked"
    blocked.mkdir()
    # As in an environment without JAX, whether or not this one has it.
    (blocked / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "real = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'jax' else real(name, *rest)\n"
    )
    line = fails(
        folder,
        *("train", "--clean", "clean", "--noisy", "noisy", *TRAIN_OUTPUTS),
        PYTHONPATH=f"{blocked}{os.pathsep}{ROOT}",
    )
    assert "train.backend is 'jax', which is not installed: run `make jax`" in line


def test_without_the_projects_python_no_other_is_taken(folder):
    line = fails(folder, "prepare", "--clean", "out", DENOISE_PYTHON=str(folder / "no-python"))
    assert "there is no" in line
    assert "make setup" in line

"""Run as a user runs them, stages tell a mistake in a sentence and leave nothing behind."""

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from denoise.datasets.idx_dataset import find_idx
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import read_dataset
from tests.stages.small_run import ENVIRONMENT, ROOT, prepare_options

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
        encoding="utf-8",
        timeout=120,
    )
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.strip()


def change(folder, before, after):
    text = (folder / "params.yaml").read_text(encoding="utf-8")
    assert before in text
    (folder / "params.yaml").write_text(text.replace(before, after, 1), encoding="utf-8")


def use_digits(folder):
    change(folder, "dataset: mnist", "dataset: digits")
    arguments = [ROOT / "stages" / "run", "prepare", *prepare_options()]
    subprocess.run(arguments, cwd=folder, env=ENVIRONMENT, check=True)


def test_an_empty_path_is_not_the_current_folder(folder):
    command = [ROOT / "stages" / "run", "generate", "--clean", "", "--noisy", "out"]
    result = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].endswith(
        "argument --clean: it is empty; name a file or a folder, '.' for this one"
    )


@pytest.mark.parametrize(
    ("stage", "options"),
    [
        ("prepare", ["--datasets", "datasets.yaml", "--own", "own", "--clean", "out"]),
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


def test_a_data_set_that_does_not_exist_is_answered_with_those_that_do(folder):
    change(folder, "dataset: mnist", "dataset: cifar")
    line = fails(folder, "prepare", *prepare_options())
    assert "prepare.dataset is 'cifar' in params.yaml; the data sets of " in line
    assert "datasets.yaml are mnist, fashion-mnist, kmnist, digits, pictures" in line


@pytest.mark.parametrize("path", ["../mine.npz", "/tmp/mine.npz", "~/mine.npz", ""])
def test_data_of_ones_own_lie_where_dvc_watches_them(folder, path):
    entry = f"mine: {{format: npz, path: '{path}', sha256: unknown}}\n"
    (folder / "datasets.yaml").write_text(entry, encoding="utf-8")
    change(folder, "dataset: mnist", "dataset: mine")
    line = fails(folder, "prepare", *prepare_options(folder))
    assert f"mine.path is '{path}' in datasets.yaml; it must name a file or folder below" in line


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
    text = (ROOT / "datasets.yaml").read_text(encoding="utf-8")
    start, end = text.index("  sources:"), text.index("  files:")
    sources = "  sources: [$MNIST_DIR, 'http://127.0.0.1:9/']\n"
    (folder / "datasets.yaml").write_text(text[:start] + sources + text[end:], encoding="utf-8")
    message = fails(folder, "prepare", *prepare_options(folder), MNIST_DIR=str(shared))
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
    (folder / "data").write_text("a file where a folder should be", encoding="utf-8")
    line = fails(folder, "generate", "--clean", "clean", "--noisy", "data/noisy")
    assert "data" in line
    assert "make room or give permission" in line


def test_a_backend_that_is_not_installed_is_told(folder):
    use_digits(folder)
    (folder / "noisy").mkdir()
    np.save(folder / "noisy" / "images.npy", np.zeros((4, 28, 28, 1), np.float16))
    change(folder, "backend: tensorflow", "backend: jax")
    # As in an environment without JAX, whether or not this one has it.
    (folder / "sitecustomize.py").write_text(
        "import importlib.util as util\n"
        "real = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'jax' else real(name, *rest)\n",
        encoding="utf-8",
    )
    python = folder / "python"
    python.write_text(
        f'#!/bin/sh\nPYTHONPATH={folder}:$PYTHONPATH exec {sys.executable} "$@"\n', encoding="utf-8"
    )
    python.chmod(0o755)
    training = ("train", "--clean", "clean", "--noisy", "noisy", *TRAIN_OUTPUTS)
    line = fails(folder, *training, DENOISE_PYTHON=str(python))
    assert "train.backend is 'jax', which is not installed: run `make jax`" in line


@pytest.mark.parametrize("stage", [[], ["nosuch"], ["../tools/results"]])
def test_what_is_no_stage_is_told(folder, stage):
    assert "stages/run: name a stage, one of the files" in fails(folder, *stage)


def test_code_where_python_would_not_find_it_is_told(folder):
    there = folder / "a:b"
    shutil.copytree(ROOT / "stages", there / "stages")
    result = subprocess.run(
        [there / "stages" / "environment", "true"], capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 1
    assert "whose path has a ':' in it: move" in result.stderr


@pytest.mark.parametrize("source", ["$my_mnist", "${my_mnist}", "/nowhere/$my_mnist", "$MNIST_DIR"])
def test_every_variable_that_a_source_names_comes_through(folder, source):
    (folder / "datasets.yaml").write_text(f"a: {{sources: ['{source}']}}\n", encoding="utf-8")
    name = source.strip("$/{}").removeprefix("nowhere/$")
    command = [ROOT / "stages" / "environment", "env"]
    environment = {**os.environ, name: "here", "my_other": "there"}
    printed = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True
    ).stdout
    assert f"{name}=here" in printed.splitlines()
    assert "my_other" not in printed


@pytest.mark.skipif(not shutil.which("bash"), reason="wants bash")
def test_functions_of_a_shell_do_not_come_through(folder):
    environment = {**os.environ, "BASH_FUNC_grep%%": "() { return 1; }"}
    command = ["bash", "--posix", ROOT / "stages" / "environment", "env"]
    printed = [
        subprocess.run(command, env=variables, capture_output=True, encoding="utf-8").stdout
        for variables in (os.environ, environment)
    ]
    assert sorted(printed[0].splitlines()) == sorted(printed[1].splitlines())


def test_a_python_on_the_path_can_be_named(folder):
    use_digits(folder)  # with an absolute one
    arguments = [ROOT / "stages" / "run", "prepare", *prepare_options()]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**ENVIRONMENT, "DENOISE_PYTHON": Path(sys.executable).name, "PATH": path}
    subprocess.run(arguments, cwd=folder, env=environment, check=True)


def test_a_user_without_a_home_has_the_other_sources(folder, monkeypatch):
    def homeless(name):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(platformdirs, "user_cache_dir", homeless)
    dataset = read_dataset(ROOT / "datasets.yaml", "fashion-mnist")
    nowhere = dataset.model_copy(update={"sources": ["user-cache"]})
    with pytest.raises(InputError, match="user-cache is nowhere: this user has no home"):
        find_idx("fashion-mnist", nowhere)


def test_a_search_that_would_hold_out_all_images_is_told(folder):
    use_digits(folder)
    (folder / "noisy").mkdir()
    count = len(np.load(folder / "clean" / "train_images.npy"))
    np.save(folder / "noisy" / "images.npy", np.zeros((4 * count, 28, 28, 1), np.float16))
    (folder / "studies").mkdir()
    shutil.copy(ROOT / "studies" / "params.yaml", folder / "studies")
    candidate = ("trial", "--candidate", "adam", "--table", "table.csv")
    line = fails(folder, *candidate, "--clean", "clean", "--noisy", "noisy")
    assert f"is 10000, which leaves none of {count} training images to train on" in line
    assert not (folder / "table.csv").exists()


def test_a_search_for_mixtures_that_would_hold_out_all_images_is_told(folder):
    use_digits(folder)
    (folder / "studies").mkdir()
    text = (ROOT / "studies" / "params.yaml").read_text(encoding="utf-8")
    text = text.replace("held_out: 500 ", "held_out: 5000 ")
    (folder / "studies" / "params.yaml").write_text(text, encoding="utf-8")
    line = fails(folder, "mixtures", "--clean", "clean", "--out", "out")
    assert "mixtures.held_out in studies/params.yaml is 5000, which leaves none of 1497" in line
    assert not (folder / "out").exists()


def test_without_the_projects_python_no_other_is_taken(folder):
    line = fails(folder, "prepare", *prepare_options(), DENOISE_PYTHON=str(folder / "no-python"))
    assert "there is no" in line
    assert "make setup" in line

"""A stage starts in a closed environment: the same bytes, whatever a machine has set."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from tests.hostile_environment import write_hostile_environment
from tests.stages.small_run import ROOT, finish, prepare_options, shrink, start, write_parameters

ENVIRONMENT = ROOT / "stages" / "environment"
PRINT = "import json, os; print(json.dumps(dict(os.environ)))"
STAGES = {
    "prepare": prepare_options(),
    "generate": ("--clean", "clean", "--noisy", "noisy"),
    "train": (
        *("--clean", "clean", "--noisy", "noisy", "--model", "model", "--curve", "loss.csv"),
        *("--metrics", "train.json", "--checkpoints", "checkpoints"),
    ),
    "classifier": ("--clean", "clean", "--model", "classifier", "--metrics", "classifier.json"),
    "evaluate": (
        *("--level", "3-medium", "--clean", "clean", "--model", "model"),
        *("--classifier", "classifier", "--metrics", "level.json", "--table", "level.csv"),
    ),
    "robustness": (
        *("--clean", "clean", "--model", "model"),
        *("--classifier", "classifier", "--out", "robustness"),
    ),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return write_hostile_environment(tmp_path_factory.mktemp("machine"))


def closed(variables, *command, cwd=ROOT):
    """The environment that a command finds in the closed one, and nothing of this process'."""
    printed = subprocess.run(
        [ENVIRONMENT, *command, sys.executable, "-c", PRINT],
        cwd=cwd,
        env=variables,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(printed.stdout)


def run_all(folder, variables):
    """Run the stages in a folder; the SHA-256 of each file they leave."""
    folder.mkdir()
    write_parameters(folder)
    others = dict.fromkeys(os.environ)
    for stage, options in STAGES.items():
        finish(start(folder, stage, *options, **{**others, **variables}))
        if stage == "prepare":
            shrink(folder / "clean")
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_stages_leave_the_same_bytes(hostile, tmp_path):
    kept = ("PATH", "DENOISE_PYTHON")
    expected = run_all(tmp_path / "clean", {name: hostile[name] for name in kept})
    assert len(expected) > 15
    assert run_all(tmp_path / "hostile", hostile) == expected


def test_what_is_not_named_stays_outside(hostile):
    given = {**hostile, "LD_PRELOAD": "", "ANYTHING": "at all", "a.b": "no name of a shell's"}
    found = closed(given).items()
    assert {name for name, _ in given.items() & found} == {"PATH", "HOME", "COLUMNS"}


def test_what_a_stage_needs_of_a_machine_comes_through(hostile):
    needed = {
        "CUDA_VISIBLE_DEVICES": "",  # none, which is not the same as unset
        "HTTPS_PROXY": "http://proxy.example.org:3128",
        "KERAS_DISTRIBUTION_PROCESS_ID": "1",
        "MNIST_DIR": 'a folder\'s "name"\nof $HOME `two` lines',
        "TMPDIR": "/tmp/*",
    }
    assert needed.items() <= closed({**hostile, **needed}).items()


def test_the_folders_are_those_that_the_data_sets_name(tmp_path):
    sources = "mine: {sources: [$MY_DIR, '${MY_OTHER_DIR}/below', $unset, https://a.example/$b]}"
    (tmp_path / "datasets.yaml").write_text(sources, encoding="utf-8")
    given = {"PATH": os.environ["PATH"], "MY_DIR": "1", "MY_OTHER_DIR": "2", "MNIST_DIR": "3"}
    found = closed(given, cwd=tmp_path)
    assert (found["MY_DIR"], found["MY_OTHER_DIR"]) == ("1", "2")
    assert "MNIST_DIR" not in found


def test_a_path_may_hold_any_signs(tmp_path):
    folder = tmp_path / "a=b c"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    program = [ENVIRONMENT, folder / "python", "-c", "print('here')"]
    printed = subprocess.run(program, capture_output=True, encoding="utf-8", check=True).stdout
    assert printed == "here\n"

"""The check of a GPU can be started, and says with its exit status whether all held."""

import shutil
import subprocess
import sys

import pandas as pd
import pytest

from benchmarks import gpu_check
from tests.stages.small_run import ROOT
from tests.test_pipeline import copy_tree


@pytest.fixture
def copy(tmp_path, small_data):
    """The repository, with few clean digits."""
    folder = copy_tree(tmp_path / "copy")
    shutil.copytree(small_data / "clean", folder / "data" / "clean")
    return folder


def test_a_dry_run_trains_with_both_libraries(copy):
    command = [sys.executable, "-m", "benchmarks.gpu_check", "--dry-run", "--long"]
    result = subprocess.run(command, cwd=copy, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    for library in gpu_check.LIBRARIES:
        assert f"yes: {library}: the pipeline's model is trained" in result.stdout
        assert f"yes: {library}: killed and resumed" in result.stdout
    assert result.stdout.count("Going on after epoch 1") == 2
    assert "NO" not in result.stdout
    assert f"| pipeline, {gpu_check.LIBRARIES[0]}" in result.stdout


def test_one_library_alone_trains_nothing_with_the_other(copy):
    command = [sys.executable, "-m", "benchmarks.gpu_check", "--dry-run", "--library", "tensorflow"]
    result = subprocess.run(command, cwd=copy, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "yes: tensorflow: killed and resumed" in result.stdout
    assert "jax" not in result.stdout


def test_what_does_not_hold_is_told_and_remembered(tmp_path, capsys):
    checks = gpu_check.Checks()
    assert checks.run("a command succeeds", sys.executable, "-c", "")
    assert not checks.run("another does", sys.executable, "-c", "raise SystemExit(3)")
    curve = pd.read_csv(ROOT / "metrics" / "loss.csv")
    for share, name in ((1.0, "the committed one"), (1.2, "a worse one")):
        (curve * [1, share, share, share]).to_csv(tmp_path / "loss.csv", index=False)
        checks.curve(name, 1.0, tmp_path / "loss.csv", ROOT / "metrics" / "loss.csv", dry=False)
    assert len(checks.failed) == 2
    assert checks.failed[0] == "another does"
    assert checks.failed[1].startswith("a worse one: the losses are within")
    assert capsys.readouterr().out.count("NO: ") == 2


def test_a_check_that_fails_ends_it_with_1(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gpu_check, "check_long", lambda checks, *rest: checks.note("it", False))
    with pytest.raises(SystemExit, match="not so: it"):
        gpu_check.main(False, [], ["networks/article"])


@pytest.mark.parametrize("library", gpu_check.LIBRARIES)
def test_the_tests_leave_memory_of_the_gpu_to_the_trainings_that_they_start(library, tmp_path):
    (tmp_path / "outer.py").write_text(
        "import subprocess; subprocess.run(['stages/environment', 'env'], check=True)"
    )
    command = gpu_check.python_with(library, *gpu_check.SHARED, f"PYTHONPATH={tmp_path}")
    result = subprocess.run([*command, "outer"], cwd=ROOT, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    assert {*gpu_check.SHARED} <= {*result.stdout.splitlines()}

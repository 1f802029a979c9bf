"""The tutorial runs, its notebook is the script with outputs, and exercises have their answers."""

import json
import re
import runpy
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from tests.test_pipeline import ROOT
from tests.test_repository import QUOTED
from tests.test_words import MEASURED, PUBLISHED, prose, values_of
from tools.tutorial import as_notebook, tidy

SCRIPT = ROOT / "docs" / "tutorial.py"
NOTEBOOK = SCRIPT.with_suffix(".ipynb")
LARGEST = 600_000  # bytes
# What the cells compute with, and what takes seconds.
SIZES = {
    "IMAGES, EPOCHS": "IMAGES, EPOCHS = 64, 2",
    "FEW, TRIALS": "FEW, TRIALS = 64, 3",
    "TESTS": "TESTS = 8",
}


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """What the cells leave in Python, run on a few images."""
    text = SCRIPT.read_text(encoding="utf-8")
    for names, line in SIZES.items():
        text, found = re.subn(rf"^{names} = .*$", line, text, flags=re.MULTILINE)
        assert found == 1, names
    script = tmp_path_factory.mktemp("tutorial") / "tutorial.py"
    script.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setattr(sys, "path", [*sys.path])
        yield runpy.run_path(str(script))
    plt.close("all")
    pd.reset_option("display.precision")


def test_every_cell_runs(small):
    assert len(small["losses"]) == 2
    assert all(np.isfinite(loss) for loss in small["losses"])
    assert small["in_db"].shape == (3, 6)


def test_the_default_learning_rate_of_adadelta_moves_nothing(small):
    falls = {name: losses[0] - losses[-1] for name, (_, losses) in small["trials"].items()}
    slow, quick, _ = falls.values()
    assert 0 <= slow < quick / 10


def test_the_committed_notebook_has_the_cells_of_the_script(notebook):
    script = as_notebook(SCRIPT.read_text(encoding="utf-8"))
    kept = ("cell_type", "id", "metadata", "source")
    assert [{key: cell[key] for key in kept} for cell in notebook.cells] == [
        {key: cell[key] for key in kept} for cell in script.cells
    ], "`make tutorial` writes the notebook anew"
    assert notebook.metadata == script.metadata


def test_the_committed_notebook_was_run_from_top_to_bottom(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)]
    outputs = [output for cell in code for output in cell.outputs]
    assert {output.output_type for output in outputs} == {
        "display_data",
        "execute_result",
        "stream",
    }
    assert {output.name for output in outputs if output.output_type == "stream"} == {"stdout"}
    assert "WARNING" not in str(outputs)
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 8


def test_the_committed_notebook_is_small_and_speaks_of_no_machine():
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert not re.search(r"20\d\d-\d\d-\d\d", text)
    for folder in (str(Path.home()), str(ROOT), "site-packages"):
        assert folder not in text


def test_what_differs_from_run_to_run_is_left_out(capsys):
    script = "# %%\nprint(1)\n"
    logged = nbformat.v4.new_output("stream", name="stderr", text="I0000 00:00 a log\n")
    printed = nbformat.v4.new_output("stream", name="stdout", text="1\n")
    ran = as_notebook(script)
    ran.metadata.language_info.version = "3.11.7"
    ran.cells[0].outputs = [logged, printed]
    tidy(ran)
    assert ran.cells[0].outputs == [printed]
    assert ran.metadata == as_notebook(script).metadata
    assert capsys.readouterr().err == logged.text


def texts(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def test_no_measured_number_stands_in_its_prose(notebook):
    chosen = {"0.001"}  # today's default learning rate of Keras' Adadelta
    for file in ("params.yaml", "datasets.yaml"):
        chosen |= {*values_of(YAML(typ="safe").load(ROOT / file))}
    found = {
        number
        for text in texts(notebook)
        for number in MEASURED.findall(prose(text))
        if number not in chosen | PUBLISHED
    }
    assert found == set()


def test_it_links_to_what_exists(notebook):
    targets = [target for text in texts(notebook) for target in re.findall(r"\]\(([^)#\s]+)", text)]
    local = [target for target in targets if "://" not in target]
    assert len(local) >= 3
    assert [target for target in local if not (NOTEBOOK.parent / target).exists()] == []


def test_it_shows_the_committed_metrics_before_the_change(notebook):
    (shown,) = [text for text in texts(notebook) if "$ dvc metrics diff" in text]
    rows = re.findall(r"^(metrics/\S+) +(\w+) +(\S+) +(\S+) +(\S+)$", shown, re.MULTILINE)
    assert len(rows) >= 4
    for path, metric, before, after, change in rows:
        committed = json.loads((ROOT / path).read_text(encoding="utf-8"))[metric]
        assert float(before) == round(committed, 5)
        assert float(after) - float(before) == pytest.approx(float(change), abs=2e-5)


EXERCISES = re.split(r"^## \d\. ", (ROOT / "docs" / "exercises.md").read_text("utf-8"), flags=re.M)[
    1:
]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda text: text.splitlines()[0])
def test_an_exercise_has_a_command_that_exists_and_hides_an_answer_of_a_stage(exercise):
    asked, answer = exercise.split("<details>\n<summary>Answer</summary>\n\n")
    assert asked.index("**Question.**") < asked.index("**Predict.**") < asked.index("**Compute.**")
    assert not QUOTED.search(asked)
    hidden, _ = answer.split("</details>")
    assert QUOTED.search(hidden)
    target = re.search(r"\*\*Compute\.\*\* `make ([a-z-]+)`", asked)[1]
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_there_are_six_exercises():
    assert len(EXERCISES) == 6

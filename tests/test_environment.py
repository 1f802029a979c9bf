"""Programs that stages/run does not start stand whatever a machine has set, too."""

import base64
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import requests
from PIL import Image

from tests.hostile_environment import write_hostile_environment

ROOT = Path(__file__).parents[1]
OF_PYTHON = ("PYTHONHOME", "PYTHONSAFEPATH")
ASKED = {"blur": 0.5, "amplitude": 0.6, "kind": "gaussian", "seed": 1}
ASKED |= {"model": "denoiser", "filter": "wiener"}

SETTINGS = """
from denoise.backends.backend import select_backend
select_backend("tensorflow")
import keras
print(keras.config.backend(), keras.config.floatx(), keras.config.epsilon())
print(keras.config.image_data_format(), keras.config.max_epochs())
print(keras.config.max_steps_per_epoch(), keras.config.is_nnx_enabled())
"""
FIGURE = """
import sys
from pathlib import Path
from denoise.reporting.figures import draw_nothing
draw_nothing("A word", Path(sys.argv[1]))
"""
STAGE_WITH_KERAS = """
from denoise.io.command_line import run_stage

def stage(parameters):
    from denoise.backends.backend import select_backend
    select_backend("tensorflow")
    import keras
    print("matplotlib" in sys.modules)

import sys
run_stage(stage)
"""
DENOISE = """
import numpy as np
from denoise.inference.api import denoise_images
print(denoise_images(np.zeros((28, 28))).sum())
"""


@pytest.fixture
def hostile(tmp_path):
    """The variables of a machine that has everything set, with a home of its own."""
    return write_hostile_environment(tmp_path)


@pytest.fixture
def machine(hostile):
    """The same, but for what keeps Python from finding any program."""
    return {name: value for name, value in hostile.items() if name not in OF_PYTHON}


def run(*arguments, variables):
    """Run Python at the root with these variables alone; what it printed."""
    program = [sys.executable, *arguments]
    result = subprocess.run(program, cwd=ROOT, env=variables, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    return result.stdout


def left_in(home):
    return {path.name for path in Path(home).rglob("*") if path.is_dir()}


def test_the_command_line_leaves_the_same_bytes(machine, tmp_path):
    random = np.random.default_rng(1)
    Image.fromarray(random.integers(0, 256, (40, 30), np.uint8)).save(tmp_path / "Zürich.png")
    outputs = []
    for name, variables in (("clean", {"HOME": machine["HOME"]}), ("hostile", machine)):
        options = (tmp_path / "Zürich.png", "-o", tmp_path / name, "--model", "auto", "--compare")
        said = run("-m", "denoise", *options, variables=variables)
        pictures = [path.read_bytes() for path in sorted((tmp_path / name).iterdir())]
        outputs.append((said.replace(str(tmp_path / name), ""), pictures))
    assert outputs[0] == outputs[1]
    assert "Zürich.png" in outputs[0][0]
    assert len(outputs[0][1]) == 2


def test_nothing_is_kept_to_be_reported(machine, tmp_path):
    """ONNX Runtime would leave an identifier and a queue of events in the user's cache."""
    Image.new("L", (28, 28)).save(tmp_path / "one.png")
    variables = {"HOME": machine["HOME"], "DENOISE_CLOSED": "1"}  # that is, not closed
    run("-m", "denoise", tmp_path / "one.png", "-o", tmp_path / "out", variables=variables)
    run("-c", DENOISE, variables=variables)
    assert left_in(machine["HOME"]) == {".keras", ".config", "matplotlib"}


def test_keras_settings_are_the_projects(machine):
    kept = ("HOME", "PATH", *(name for name in machine if name.startswith("KERAS_")))
    given = {name: machine[name] for name in kept}
    said = run("-c", SETTINGS, variables=given)
    assert said.split() == [
        "tensorflow",
        "float32",
        "1e-07",
        "channels_last",
        "None",
        "None",
        "False",
    ]


def test_a_figure_is_drawn_alike(machine, tmp_path):
    for name, home in (("own", machine["HOME"]), ("plain", str(tmp_path))):
        run("-c", FIGURE, tmp_path / f"{name}.png", variables={"HOME": home})
    assert (tmp_path / "own.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


def test_a_figure_is_drawn_without_a_word_where_no_home_can_be_written(tmp_path):
    # Of a file nobody makes a folder, whoever they are.
    variables = {"HOME": "/dev/null", "TMPDIR": str(tmp_path / "temporary")}
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-c", FIGURE, tmp_path / "one.png"]
    result = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, check=True)
    assert (result.stdout, result.stderr) == (b"", b"")
    assert (tmp_path / "one.png").exists()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_stage_with_keras_says_nothing_of_matplotlib_where_no_home_can_be_written():
    command = [sys.executable, "-c", STAGE_WITH_KERAS]
    result = subprocess.run(
        command, cwd=ROOT, env={"HOME": "/dev/null"}, capture_output=True, encoding="utf-8"
    )
    assert result.stdout == "True\n"  # or Keras no longer needs this
    assert "matplotlib" not in result.stderr.lower()


def test_the_table_of_results_is_printed_where_a_terminal_lacks_signs(machine):
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert "\\u2013 / 0.99" in run("-m", "tools.results", variables=ascii_only)


@pytest.mark.parametrize(
    "target", ["demo", "demo-page", "report", "verify", "provenance", "deps", "test"]
)
def test_make_closes_the_environment(target):
    listing = ["make", "--dry-run", "--always-make", target]
    said = subprocess.run(listing, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    started = re.findall(r"^.*bin/python -m.*$", said.stdout, re.MULTILINE)
    assert started
    assert all(line.startswith("stages/environment ") for line in started)


def test_the_demo_answers_the_same(hostile, tmp_path):
    picture = Image.new("L", (40, 40))
    picture.paste(255, (18, 8, 22, 32))
    picture.save(tmp_path / "drawing.png")
    drawing = base64.b64encode((tmp_path / "drawing.png").read_bytes()).decode()
    asked = {**ASKED, "drawing": f"data:image/png;base64,{drawing}"}
    answers = []
    for variables in ({name: hostile[name] for name in ("PATH", "HOME")}, hostile):
        # As `make demo` starts it, but for the port.
        command = ["stages/environment", sys.executable, "-m", "apps.demo", "--port", "0"]
        pipe = {"stdout": subprocess.PIPE, "encoding": "utf-8"}
        with subprocess.Popen(command, cwd=ROOT, env=variables, **pipe) as server:
            try:
                address = server.stdout.readline().split()[0]
                answers.append(requests.post(f"{address}show", json=asked, timeout=60).json())
            finally:
                server.terminate()
    assert answers[0] == answers[1]
    assert answers[0]["pictures"]["denoised"]
    assert "Microsoft" not in left_in(hostile["HOME"])

"""Stages run on small data as a user runs them."""

import os
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ADAM = {"name": "adam", "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
ENVIRONMENT = {**os.environ, "DENOISE_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}


def start(folder, name, *options, **environment):
    """Start a stage in ``folder``; its output can be read from the process this returns.

    ``environment`` is added to this process' own; a variable that is None is left out of it.
    """
    variables = {**ENVIRONMENT, **environment}
    return subprocess.Popen(
        [ROOT / "stages" / "run", name, *options],
        cwd=folder,
        env={key: value for key, value in variables.items() if value is not None},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process):
    """Wait for a stage to succeed; what it printed."""
    printed, _ = process.communicate(timeout=300)
    assert process.returncode == 0, printed
    return printed


def write_parameters(folder, **train):
    """The committed parameters, but for small data and a recipe that starts quickly."""
    yaml = YAML()
    parameters = yaml.load(ROOT / "params.yaml")
    parameters["prepare"]["dataset"] = "digits"
    parameters["noise"]["copies"] = 2
    parameters["train"] |= train
    parameters["recipes"]["quick"] |= {"optimizer": ADAM, "epochs": 2}
    yaml.dump(parameters, folder / "params.yaml")


def train_options(data):
    """The train stage's command line, all its outputs in the working folder."""
    inputs = ("--clean", data / "clean", "--noisy", data / "noisy")
    outputs = ("--model", "model", "--curve", "loss.csv", "--metrics", "train.json")
    return *inputs, *outputs, "--checkpoints", "checkpoints"

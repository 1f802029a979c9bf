"""Stages run on small data as a user runs them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ADAM = {"name": "adam", "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
ENVIRONMENT = {**os.environ, "DENOISE_PYTHON": sys.executable}


def start(folder, name, *options, **environment):
    """Start a stage in ``folder``; its output can be read from the process this returns.

    Where the folder has stages of its own, it is one of these. ``environment`` is added to this
    process' own; a variable that is None is left out of it.
    """
    variables = {**ENVIRONMENT, **environment}
    root = folder if (folder / "stages").exists() else ROOT
    return subprocess.Popen(
        [root / "stages" / "run", name, *options],
        cwd=folder,
        env={key: value for key, value in variables.items() if value is not None},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
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


def prepare_options(folder=ROOT):
    """The prepare stage's command line: the data sets of a repository, what it leaves in clean."""
    return "--datasets", folder / "datasets.yaml", "--own", folder / "data/own", "--clean", "clean"


def shrink(clean):
    """Leave 240 images to train and 100 to test of those that were prepared."""
    for part, count in (("train", 240), ("test", 100)):
        for kind in ("images", "labels"):
            path = clean / f"{part}_{kind}.npy"
            np.save(path, np.load(path)[:count])


def train_options(data):
    """The train stage's command line, all its outputs in the working folder."""
    inputs = ("--clean", data / "clean", "--noisy", data / "noisy")
    outputs = ("--model", "model", "--curve", "loss.csv", "--metrics", "train.json")
    return *inputs, *outputs, "--checkpoints", "checkpoints"

"""CONTRIBUTING.md is true: its changes, made as it shows them, do what it says."""

import json
import re
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML
from scipy.stats import kurtosis

from denoise.reporting.model_size import count_weights
from tests.stages.small_run import ROOT, finish, start, train_options

CHANGES = re.findall(
    r"```diff\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
)


def apply(change, folder):
    """Make a change: the old lines of every part, which stand there once, become the new."""
    path = None
    for part in re.split(r"^(?=--- )|^@@\n", change, flags=re.MULTILINE):
        lines = part.splitlines()
        if lines and lines[0].startswith("--- "):
            path = folder / lines[0].removeprefix("--- ")
            lines = lines[2:]
        if lines:
            old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
            new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
            text = path.read_text(encoding="utf-8")
            assert text.count(old) == 1, old
            path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory, small_data):
    """The code with all changes made, and parameters that use them on small data."""
    folder = tmp_path_factory.mktemp("contribution")
    listing = ["git", "ls-files", "denoise", "stages", "params.yaml"]
    files = subprocess.run(
        listing, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout
    for name in files.split():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for change in CHANGES:
        apply(change, folder)
    yaml = YAML()
    parameters = yaml.load(folder / "params.yaml")
    parameters["noise"] |= {"kind": "laplace", "copies": 2}
    parameters["noise"] |= {"blur": [0.0, 0.0], "amplitude": [0.6, 0.6]}
    parameters["model"]["architecture"] = "plain"
    parameters["train"]["recipe"] = "swift"
    yaml.dump(parameters, folder / "params.yaml")
    finish(start(folder, "generate", "--clean", small_data / "clean", "--noisy", "noisy"))
    return folder


def test_each_change_is_short():
    assert len(CHANGES) == 4
    for change in CHANGES:
        assert len(re.findall(r"^\+(?!\+\+ ).*\S", change, re.MULTILINE)) < 10


def test_a_new_kind_of_noise_corrupts_the_training_images(copy, small_data):
    clean = np.load(small_data / "clean" / "train_images.npy") / 255
    noisy = np.load(copy / "noisy" / "images.npy")[..., 0].reshape(2, *clean.shape)
    noise = (noisy - clean).ravel()
    assert noise.std() == pytest.approx(0.6 / np.sqrt(3), rel=0.01)
    assert kurtosis(noise) == pytest.approx(3, abs=0.3)  # Laplace's; 0 is a normal variable's


def test_a_new_network_is_trained_by_a_new_recipe_and_measured_at_a_new_level(copy, small_data):
    (_, clean, _, _, *outputs) = train_options(small_data)
    finish(start(copy, "train", "--clean", clean, "--noisy", "noisy", *outputs))
    assert len(pd.read_csv(copy / "loss.csv")) == 1
    assert count_weights(copy / "model" / "model.onnx") == (25 * 8 + 8) + (25 * 8 + 1)
    options = ("--level", "6-hopeless", "--clean", clean, "--model", "model")
    options += ("--classifier", ROOT / "models" / "classifier", "--metrics", "level.json")
    finish(start(copy, "evaluate", *options, "--table", "level.csv"))
    level = json.loads((copy / "level.json").read_text(encoding="utf-8"))
    assert 0 < level["psnr"] < 15  # worse than 5-extreme

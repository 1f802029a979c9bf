"""The whole pipeline on a data set of one's own: another size, no labels."""

import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from tests.stages.small_run import start
from tests.test_pipeline import copy_tree, dvc, edit, make_small, reran

SIZE = (24, 20)


def strokes(count, seed):
    """Bright lines on black, (count, *SIZE) uint8."""
    random = np.random.default_rng(seed)
    rows, columns = np.indices(SIZE)
    images = []
    for angle, offset in random.uniform((0, -5), (np.pi, 5), (count, 2)):
        distance = (rows - 11.5) * np.cos(angle) + (columns - 9.5) * np.sin(angle) - offset
        images.append(255 * (np.abs(distance) < 1.5))
    return np.array(images, np.uint8)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = copy_tree(tmp_path_factory.mktemp("own") / "clone")
    np.savez(folder / "strokes.npz", train_images=strokes(400, 1), test_images=strokes(120, 2))

    def own(parameters):
        make_small(parameters)
        parameters["prepare"]["dataset"] = "strokes"
        entry = {"format": "npz", "path": "strokes.npz", "sha256": "unknown"}
        parameters["datasets"]["strokes"] = entry
        parameters["model"] = {"architecture": "unet", "upsampling": "nearest"}
        parameters["train"]["recipe"] = "shorter"

    edit(folder, own)
    return folder


def python(*arguments, cwd):
    """What a Python program prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_the_whole_pipeline_runs_and_says_what_it_leaves_out(clone):
    prepare = start(clone, "prepare", "--clean", "data/clean")
    said, _ = prepare.communicate()
    assert prepare.returncode == 1
    assert "copy the first there if this is the data you mean" in said

    def accept(parameters):
        parameters["datasets"]["strokes"]["sha256"] = said.split("SHA-256 ")[1][:64]

    edit(clone, accept)
    output = dvc("repro", folder=clone)
    assert "The data has no labels: there is nothing to read, and no legibility" in output
    assert {"train", "evaluate@1-medium", "summarize", "confusion", "latent"} <= {*reran(output)}
    results = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    assert "legibility" not in results
    psnr = results[results["level"] == "1-medium"].set_index("method")["psnr"]
    assert psnr["linear"] > psnr["noisy"] + 3
    markdown = (clone / "metrics" / "summary" / "results.md").read_text()
    assert "PSNR" in markdown
    assert "Legibility" not in markdown
    metrics = json.loads((clone / "metrics" / "classifier.json").read_text())
    assert metrics == {"classes": 0}


def test_what_was_trained_on_them_denoises_others_of_their_size(clone):
    noisy = np.load(clone / "data" / "noisy" / "images.npy")[:5, ..., 0].astype(np.float32)
    np.save(clone / "some.npy", noisy)
    for way in ((), ("--model", "auto"), ("--known-noise", "0", "0.4")):
        said = python(
            "-m", "denoise", "some.npy", "-o", "out", "--force", "--json", *way, cwd=clone
        )
        found = json.loads(said)
        assert found["suggested_model"] == "denoiser"  # the others learned from MNIST
        assert found["readings"] == {}
        assert np.load(clone / "out" / "some.npy").shape == (5, 24, 20)
    Image.fromarray(np.zeros((48, 48), np.uint8)).save(clone / "square.png")
    said = python("-m", "denoise", "square.png", "-o", "out", cwd=clone)
    assert "scaled to 20x20, the rest black" in said


def test_nothing_of_other_images_is_said_of_them(clone):
    assert "U-Net" not in python("-m", "tools.results", cwd=clone)
    python("-m", "tools.provenance", cwd=clone)
    card = (clone / "docs" / "model-card.md").read_text()
    assert "images like those of `strokes`" in card
    assert "Nobody has said where the images come from" in card
    assert "the best linear filter is above it in PSNR at" in card  # after training so short
    assert not re.search("trainings|mnist|United States", card)


def test_a_network_that_cannot_take_the_size_says_which_it_takes(clone):
    def other(parameters):
        parameters["model"]["architecture"] = "autoencoder"

    edit(clone, other)
    inputs = ("--clean", "data/clean", "--noisy", "data/noisy")
    outputs = ("--model", "m", "--curve", "c.csv", "--metrics", "m.json", "--checkpoints", "k")
    process = start(clone, "train", *inputs, *outputs)
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "those of 24x20: choose 'unet', which takes any size" in said
    assert not (clone / "m").exists()

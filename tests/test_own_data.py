"""The whole pipeline on a data set of one's own: another size, no labels."""

import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from denoise.onnx_model import OnnxModel
from tests.browser import needs_browser, open_page
from tests.stages.small_run import finish, prepare_options, start
from tests.test_pipeline import copy_tree, dvc, edit, make_small, reran

SIZE = (24, 20)
MIXTURE = ("--known-noise", "0", "0.4", "--model", "mixture")


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
    arrays = {"train_images": strokes(400, 1), "test_images": strokes(120, 2)}
    np.savez(folder / "data" / "own" / "strokes.npz", **arrays)

    def own(parameters):
        make_small(parameters)
        parameters["prepare"]["dataset"] = "strokes"
        parameters["model"] = {"architecture": "unet", "upsampling": "nearest"}
        parameters["train"]["recipe"] = "shorter"

    edit(folder, own)
    edit(folder, describe("unknown"), "datasets.yaml")
    return folder


def describe(digest):
    """A change of datasets.yaml: the entry of the strokes."""

    def change(datasets):
        datasets["strokes"] = {"format": "npz", "path": "strokes.npz", "sha256": digest}

    return change


def python(*arguments, cwd):
    """What a Python program prints."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, encoding="utf-8", check=True
    ).stdout


def test_the_whole_pipeline_runs_and_says_what_it_leaves_out(clone):
    prepare = start(clone, "prepare", *prepare_options(clone))
    said, _ = prepare.communicate()
    assert prepare.returncode == 1
    assert "copy the first there if this is the data you mean" in said

    edit(clone, describe(said.split("SHA-256 ")[1][:64]), "datasets.yaml")
    output = dvc("repro", folder=clone)
    assert "The data has no labels: there is nothing to read, and no legibility" in output
    assert {"train", "evaluate@1-medium", "summarize", "confusion", "latent"} <= {*reran(output)}
    results = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    assert "legibility" not in results
    psnr = results[results["level"] == "1-medium"].set_index("method")["psnr"]
    assert psnr["mixture"] > psnr["linear"] > psnr["noisy"] + 3
    assert psnr["training images"] > psnr["noisy"] + 3
    markdown = (clone / "metrics" / "summary" / "results.md").read_text(encoding="utf-8")
    assert "PSNR" in markdown
    assert "Legibility" not in markdown
    metrics = json.loads((clone / "metrics" / "classifier.json").read_text(encoding="utf-8"))
    assert metrics == {}


@needs_browser
def test_no_room_is_left_for_plots_of_legibility(clone):
    python("-m", "tools.plots_page", cwd=clone)
    dvc("plots", "show", folder=clone)
    address = (clone / "dvc_plots" / "index.html").as_uri()
    with open_page(address, offline=True, viewport={"width": 1600, "height": 1000}) as page:
        page.wait_for_function("document.querySelectorAll('.vega-embed .marks').length == 7")
        shown = "[...document.querySelectorAll('.vega-embed')].filter((each) => each.offsetHeight)"
        names = page.evaluate(f"{shown}.map((each) => each.id)")
    assert names == ["Model_PSNR", "Model_SSIM", "Loss", "PSNR", "SSIM"]


def test_a_change_of_them_is_noticed(clone):
    assert "up to date" in dvc("status", folder=clone)
    path = clone / "data" / "own" / "strokes.npz"
    content = path.read_bytes()
    np.savez(path, train_images=strokes(400, 3), test_images=strokes(120, 2))
    noticed = r"prepare:\s+changed deps:\s+modified: +data/own"
    assert re.search(noticed, dvc("status", folder=clone))
    path.unlink()
    assert re.search(noticed, dvc("status", folder=clone))
    path.write_bytes(content)
    assert "up to date" in dvc("status", folder=clone)


def test_an_experiment_in_a_copy_finds_them(clone):
    author = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
    subprocess.run(["git", "add", "--all"], cwd=clone, check=True)
    subprocess.run(["git", *author, "commit", "--quiet", "-m", "Strokes"], cwd=clone, check=True)
    tracked = subprocess.run(
        ["git", "ls-files", "data"], cwd=clone, capture_output=True, encoding="utf-8"
    )
    assert tracked.stdout == "data/own/README.md\n"
    said = dvc(
        "exp", "run", "--temp", "-n", "copied", "-S", "noise.copies=1", "prepare", folder=clone
    )
    assert "Running stage 'prepare'" in said
    assert "copied" in dvc("exp", "list", "--name-only", folder=clone)


def test_what_was_trained_on_them_denoises_others_of_their_size(clone):
    noisy = np.load(clone / "data" / "noisy" / "images.npy")[:5, ..., 0].astype(np.float32)
    np.save(clone / "some.npy", noisy)
    for way in ((), ("--model", "auto"), ("--known-noise", "0", "0.4"), MIXTURE):
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
    card = " ".join((clone / "docs" / "model-card.md").read_text(encoding="utf-8").split())
    assert "image like those of `strokes`" in card
    assert "Nobody has said where the images come from" in card
    ahead = card.split("which knows the blur and the noise, has a higher PSNR at ")[1]
    assert not ahead.startswith("no level")  # after training so short
    assert not re.search("trainings|mnist|United States", card)


def test_the_articles_network_takes_their_size_too(clone):
    def other(parameters):
        parameters["model"]["architecture"] = "autoencoder"

    edit(clone, other)
    inputs = ("--clean", "data/clean", "--noisy", "data/noisy")
    outputs = ("--model", "m", "--curve", "c.csv", "--metrics", "m.json", "--checkpoints", "k")
    finish(start(clone, "train", *inputs, *outputs))
    assert (
        OnnxModel(clone / "m" / "model.onnx").input_shape[1:3] == SIZE
    )  # no multiple of 8, less 4

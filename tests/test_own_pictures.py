"""The whole pipeline on a folder of pictures of five sizes, and a photograph at its own size."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skimage
from PIL import Image

from denoise.onnx_model import OnnxModel
from tests.stages.small_run import prepare_options, start
from tests.test_pipeline import copy_tree, dvc, edit, make_small, reran

PICTURES = Path(skimage.__file__).parent / "data"
TRAIN = {"text.png": (100, 150), "coins.png": (130, 96), "cell.png": (64, 80)}
TEST = {"camera.png": (90, 140), "page.png": (110, 70)}


def described(digest):
    """A change of datasets.yaml: the entry of the pictures."""
    entry = {"format": "pictures", "path": "mine", "patch": [32, 32], "stride": [16, 16]}

    def change(datasets):
        datasets["mine"] = {**entry, "sha256": digest}

    return change


def denoise(*arguments, cwd):
    command = [sys.executable, "-m", "denoise", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", check=True)


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone in which the pictures lie and are named, and whose pipeline has run on them."""
    folder = copy_tree(tmp_path_factory.mktemp("pictures") / "clone")
    for part, pictures in (("train", TRAIN), ("test", TEST)):
        place = folder / "data" / "own" / "mine" / part
        place.mkdir(parents=True)
        for name, (height, width) in pictures.items():
            Image.open(PICTURES / name).crop((0, 0, width, height)).save(place / name)

    def own(parameters):
        make_small(parameters)
        parameters["prepare"]["dataset"] = "mine"
        parameters["train"]["recipe"] = "shorter"
        parameters["noise"] |= {"blur": [0.0, 0.0], "kind": "gaussian", "amplitude": [0.1, 0.3]}

    edit(folder, own)
    edit(folder, described("unknown"), "datasets.yaml")
    refused = start(folder, "prepare", *prepare_options(folder))
    said, _ = refused.communicate()
    assert refused.returncode == 1
    edit(folder, described(said.split("SHA-256 ")[1][:64]), "datasets.yaml")
    return folder, dvc("repro", folder=folder)


def test_all_stages_run_on_patches(clone):
    folder, said = clone
    assert "train: 3 pictures of 3 sizes cut into " in said
    assert (
        "test: 2 pictures of 2 sizes cut into 14 patches of 32x32 pixels; 5,964 of 20,300" in said
    )
    assert {"train", "evaluate@1-medium", "baseline@1-medium", "summarize"} <= {*reran(said)}
    results = pd.read_csv(folder / "metrics" / "summary" / "results.csv")
    assert set(results["images"]) == {14}
    psnr = results[results["level"] == "1-medium"].set_index("method")["psnr"]
    assert psnr["linear"] > psnr["noisy"] + 3
    assert "up to date" in dvc("status", folder=folder)


def test_a_photograph_is_denoised_at_its_own_size(clone):
    folder, _ = clone
    assert OnnxModel(folder / "models" / "denoiser" / "model.onnx").takes_tiles
    Image.open(PICTURES / "coffee.png").crop((0, 0, 203, 77)).save(folder / "photo.png")
    said = denoise("photo.png", "-o", "out", cwd=folder).stdout
    assert "photo.png -> out/photo.png: 203x77 RGB" in said
    assert np.asarray(Image.open(folder / "out" / "photo.png")).shape == (77, 203)
    said = denoise("photo.png", "-o", "linear", "--known-noise", "0", "0.2", cwd=folder).stdout
    assert np.asarray(Image.open(folder / "linear" / "photo.png")).shape == (77, 203)


def test_what_is_said_of_the_data_names_its_tables(clone):
    folder, _ = clone
    command = [sys.executable, "-m", "tools.provenance"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    croissant = (folder / "docs" / "croissant-clean.json").read_text(encoding="utf-8")
    assert "train_patches.csv" in croissant
    card = (folder / "docs" / "model-card.md").read_text(encoding="utf-8")
    assert "2 corrupted copies of every training image of `mine`" in card


def test_the_report_holds_these_results_and_none_of_other_images(clone):
    folder, _ = clone
    build = [sys.executable, "-m", "apps.report.build"]
    subprocess.run(build, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    html = (folder / "report.html").read_text(encoding="utf-8")
    results = pd.read_csv(folder / "metrics" / "summary" / "results.csv")
    assert f"{results.set_index('method').loc['linear', 'psnr'].iloc[-1]:.2f}" in html
    assert "14 to test on" in html
    assert "article's recipe" not in html  # of MNIST, as all studies

"""The study of photographs, small: patches are trained on, whole pictures measured and drawn."""

import shutil
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from ruamel.yaml import YAML

from denoise.datasets.registry import find_dataset
from denoise.datasets.skimage_pictures import files_of
from denoise.evaluation.metrics import psnr
from denoise.inference import api
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.studies import read_studies
from denoise.onnx_model import OnnxModel
from stages.measure_pictures import measure_pictures
from stages.train_pictures import train_pictures
from tests.stages.small_run import ADAM, ROOT

METHODS = ["noisy", "wavelets", "total variation", "non-local means", "autoencoder"]


def write(content, path):
    path.parent.mkdir(exist_ok=True)
    YAML().dump(content, path)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder in which the study has run on three small pictures by a short recipe."""
    folder = tmp_path_factory.mktemp("pictures")
    yaml = YAML(typ="safe")
    parameters = yaml.load(ROOT / "params.yaml")
    parameters["recipes"]["quick"] |= {"optimizer": ADAM, "epochs": 12, "batch_size": 16}
    parameters["baseline"]["tuning_images"] = 4
    write(parameters, folder / "params.yaml")
    studies = yaml.load(ROOT / "studies" / "params.yaml")
    training = studies["pictures"]["training"]
    training |= {"recipe": "quick", "model": {"architecture": "autoencoder"}}
    write(studies, folder / "studies" / "params.yaml")
    datasets = yaml.load(ROOT / "datasets.yaml")
    datasets["pictures"] |= {"train": ["clock_motion", "text"], "test": ["page"]}
    datasets["pictures"] |= {"patch": [32, 32], "stride": [32, 32], "sha256": "unknown"}
    write(datasets, folder / "datasets.yaml")
    chosen, described = read_studies(folder / "studies" / "params.yaml"), folder / "datasets.yaml"
    model = folder / "model"
    train = partial(train_pictures, chosen, described, folder / "data", model)
    with pytest.raises(InputError) as caught:
        train(folder / "loss.csv", folder / "checkpoints")
    datasets["pictures"]["sha256"] = str(caught.value).split("SHA-256 ")[1][:64]
    write(datasets, described)
    train(folder / "loss.csv", folder / "checkpoints")
    measure_pictures(chosen, described, model, folder / "out")
    return folder


def test_the_model_takes_tiles_and_nothing_else_is_left(run):
    assert OnnxModel(run / "model" / "model.onnx").takes_tiles
    losses = pd.read_csv(run / "loss.csv")["val_noisy_loss"]
    assert len(losses) == 12
    assert losses.iloc[-1] < losses.iloc[0]
    assert not (run / "data").exists()


def test_whole_pictures_are_measured(run):
    table = pd.read_csv(run / "out" / "results.csv")
    assert table["method"].unique().tolist() == METHODS
    assert table["level"].unique().tolist() == ["sigma-25", "sigma-50"]
    by_method = table.set_index(["level", "method"])["psnr"]
    for level, std in (("sigma-25", 25), ("sigma-50", 50)):
        unclipped = -20 * np.log10(std / 255)
        assert unclipped < by_method[level, "noisy"] < unclipped + 2
        assert by_method[level, "non-local means"] > by_method[level, "noisy"] + 3


def test_what_is_drawn_is_what_is_measured(run):
    page = np.asarray(Image.open(*files_of(["page"])))
    drawn = np.asarray(Image.open(run / "out" / "page-sigma-50.png"))
    assert drawn.shape == (page.shape[0], 2 * page.shape[1])
    table = pd.read_csv(run / "out" / "results.csv").set_index(["level", "method"])["psnr"]
    after = drawn[np.newaxis, :, page.shape[1] :] / 255
    (measured,) = psnr(after, page[np.newaxis] / 255)
    assert measured == pytest.approx(table["sigma-50", "autoencoder"], abs=0.01)


def test_the_table_marks_the_best(run):
    table = pd.read_csv(run / "out" / "results.csv")
    text = (run / "out" / "results.md").read_text(encoding="utf-8")
    assert "### sigma-25: PSNR, dB\n\n| method" in text
    assert "### sigma-50: SSIM" in text
    best = table.loc[table[table["level"] == "sigma-50"]["psnr"].idxmax()]
    assert f"| {best.method} " in text
    assert f"**{best.psnr:.2f}**" in text


def test_the_command_line_knows_it_by_name(run, monkeypatch):
    monkeypatch.setattr(api, "PICTURE_MODEL", run / "model" / "model.onnx")
    picture = np.asarray(Image.open(*files_of(["coins"])))
    assert api.denoise_images(picture, "pictures").shape == picture.shape


def test_the_committed_entry_is_of_the_pictures_that_are_here():
    entry = read_dataset(ROOT / "datasets.yaml", "pictures")
    assert entry.test == ["camera", "page", "coins"]
    found = find_dataset("pictures", entry)
    names = {Path(name).stem for name in found["test_patches"]["picture"]}
    assert names == set(entry.test)
    assert not names & {Path(name).stem for name in found["train_patches"]["picture"]}


def test_a_picture_that_does_not_come_with_scikit_image_is_told():
    with pytest.raises(InputError, match="brings no picture 'lena'; it brings astronaut, brick"):
        files_of(["lena"])


def test_the_study_is_checked_as_the_others_are(run, tmp_path):
    shutil.copy(run / "params.yaml", tmp_path)
    content = YAML(typ="safe").load(run / "studies" / "params.yaml")
    content["pictures"]["training"]["recipe"] = "none"
    write(content, tmp_path / "studies" / "params.yaml")
    with pytest.raises(InputError, match=r"pictures\.training\.recipe is 'none'; the recipes are"):
        read_studies(tmp_path / "studies" / "params.yaml")

"""Noise as it came: pairs of real pictures, cut into patches, are trained on and measured."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from ruamel.yaml import YAML

from denoise.datasets.clipping import tell_clipped
from denoise.evaluation.metrics import psnr
from denoise.io.errors import InputError
from denoise.io.parameters.pipeline import Parameters, read_parameters
from denoise.onnx_model import OnnxModel
from denoise.storage.arrays import read_array
from stages.baseline import baseline
from stages.classifier import classifier
from stages.confusion import confusion
from stages.evaluate import evaluate
from stages.generate import generate
from stages.latent import latent
from stages.prepare import prepare
from stages.robustness import robustness
from stages.summarize import summarize
from stages.train import train
from tests.denoise.test_patches import PICTURES, grey
from tests.stages.small_run import ADAM

STD = 25  # of the noise, of 255
PARTS = {"train": ("coins.png", "text.png"), "test": ("camera.png",)}
LEVELS = {
    "came": {"blur": 0.0, "amplitude": 0.0, "kind": "given"},
    "made": {"blur": 0.0, "amplitude": 0.17, "kind": "gaussian"},  # the same deviation
}


def write_pairs(own, second):
    """A folder of pairs: noisy and clean, or two noisy ones."""
    random = np.random.default_rng(1)
    for part, names in PARTS.items():
        for kind in ("noisy", second):
            (own / "pairs" / part / kind).mkdir(parents=True)
            for name in names:
                picture = grey(PICTURES / name)[:128, :160]
                if kind != "clean":
                    picture = picture + random.normal(0, STD, picture.shape)
                values = np.uint8(np.clip(np.rint(picture), 0, 255))
                Image.fromarray(values).save(own / "pairs" / part / kind / name)


def parameters(folder, **changes) -> Parameters:
    yaml = YAML(typ="safe")
    content = yaml.load(Path("params.yaml"))
    content["prepare"]["dataset"] = "pairs"
    content["noise"] = {"copies": 1, "blur": [0.0, 0.0], "amplitude": [0.0, 0.0], "kind": "given"}
    content["recipes"]["quick"] |= {"optimizer": ADAM, "epochs": 6, "batch_size": 8}
    content["levels"] = LEVELS
    for key, value in changes.items():
        content[key] = {**content[key], **value}
    yaml.dump(content, folder / "params.yaml")
    return read_parameters(folder / "params.yaml")


def prepared(folder, second):
    """Parameters, and in the folder the pairs as prepare leaves them."""
    own = folder / "own"
    write_pairs(own, second)
    entry = {"format": "pairs", "path": "pairs", "patch": [32, 32], "stride": [16, 16]}
    chosen = parameters(folder)
    yaml, datasets = YAML(), folder / "datasets.yaml"
    yaml.dump({"pairs": {**entry, "sha256": "unknown"}}, datasets)
    with pytest.raises(InputError) as caught:
        prepare(chosen, datasets, own, folder / "clean")
    sha256 = str(caught.value).split("SHA-256 ")[1][:64]
    yaml.dump({"pairs": {**entry, "sha256": sha256}}, datasets)
    prepare(chosen, datasets, own, folder / "clean")
    return chosen


def run_training(chosen, folder):
    generate(chosen, folder / "clean", folder / "noisy")
    metrics, curve = folder / "train.json", folder / "loss.csv"
    outputs = (folder / "model", curve, metrics, folder / "checkpoints")
    train(chosen, folder / "clean", folder / "noisy", *outputs)
    return pd.read_csv(curve)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """A folder where all stages have run on noisy and clean pictures, and the parameters."""
    folder = tmp_path_factory.mktemp("pairs")
    chosen = prepared(folder, "clean")
    run_training(chosen, folder)
    clean, model, reader = folder / "clean", folder / "model", folder / "classifier"
    classifier(chosen, clean, reader, folder / "classifier.json")
    for level in LEVELS:
        table, metrics = folder / "levels" / f"{level}.csv", folder / "levels" / f"{level}.json"
        evaluate(chosen, level, clean, model, reader, metrics, table)
        baseline(chosen, level, clean, reader, folder / "baselines" / f"{level}.csv")
    tables = (folder / "levels", folder / "baselines", folder / "summary")
    summarize(chosen, clean, model, folder / "loss.csv", *tables)
    return folder, chosen


def test_the_noise_that_came_is_trained_on(pairs):
    folder, _ = pairs
    came = read_array(folder / "clean", "train_noisy")[0]
    noisy = np.load(folder / "noisy" / "images.npy")
    assert (noisy.shape, noisy.dtype) == ((len(came), 32, 32, 1), np.float16)
    np.testing.assert_allclose(noisy[..., 0], came / 255, atol=2**-12)
    table = pd.read_csv(folder / "noisy" / "samples.csv")
    assert table.columns.tolist() == ["sample", "copy", "image"]
    assert table["image"].tolist() == list(range(len(came)))
    assert OnnxModel(folder / "model" / "model.onnx").takes_tiles
    curve = pd.read_csv(folder / "loss.csv")
    assert curve["val_noisy_loss"].iloc[-1] < curve["val_noisy_loss"].iloc[0]


def test_it_is_measured_on_and_its_strength_estimated(pairs):
    folder, _ = pairs
    clean, came = (read_array(folder / "clean", f"test_{name}") for name in ("images", "noisy"))
    results = pd.read_csv(folder / "summary" / "results.csv").set_index(["level", "method"])
    untouched = psnr(came[0] / 255, clean / 255).mean()
    assert results.loc[("came", "noisy"), "psnr"] == pytest.approx(untouched, abs=1e-4)
    assert results.loc[("came", "autoencoder"), "images"] == len(clean)
    for method in ("linear", "total variation", "non-local means"):
        estimated, told = (results.loc[(level, method), "psnr"] for level in ("came", "made"))
        assert estimated > untouched + 1
        assert estimated == pytest.approx(told, abs=1.5)
    markdown = (folder / "summary" / "results.md").read_text(encoding="utf-8")
    assert "came: σ 0, as it came; made: σ 0, gaussian 0.17" in markdown
    assert (folder / "summary" / "one-digit.png").exists()


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """A folder where all stages have run on two noisy pictures of each, without a clean one."""
    folder = tmp_path_factory.mktemp("twice")
    prepared(folder, "noisy-copy")
    chosen = parameters(folder, noise={"copies": 2}, train={"target": "noisy-copy"})
    chosen = chosen.model_copy(update={"levels": {"came": chosen.levels["came"]}})
    run_training(chosen, folder)
    clean, model, reader = folder / "clean", folder / "model", folder / "classifier"
    classifier(chosen, clean, reader, folder / "classifier.json")
    metrics, table = folder / "levels" / "came.json", folder / "levels" / "came.csv"
    evaluate(chosen, "came", clean, model, reader, metrics, table)
    baseline(chosen, "came", clean, reader, folder / "baselines" / "came.csv")
    robustness(chosen, clean, model, reader, folder / "robustness")
    confusion(chosen, clean, model, reader, folder / "confusion")
    latent(chosen, clean, model, reader, folder / "latent")
    tables = (folder / "levels", folder / "baselines", folder / "summary")
    summarize(chosen, clean, model, folder / "loss.csv", *tables)
    return folder, chosen


def test_two_noisy_pictures_train_without_a_clean_one(twice):
    folder, _ = twice
    curve = pd.read_csv(folder / "loss.csv")
    assert curve["val_noisy_loss"].iloc[-1] < curve["val_noisy_loss"].iloc[0]
    noisy = np.load(folder / "noisy" / "images.npy")
    assert len(noisy) == 2 * read_array(folder / "clean", "train_noisy").shape[1]


def test_the_error_is_estimated_without_clean_pictures(twice):
    folder, _ = twice
    clean = np.stack(
        [
            grey(PICTURES / row.picture)[row.top : row.top + 32, row.left : row.left + 32]
            for row in pd.read_csv(folder / "clean" / "test_patches.csv").itertuples()
        ]
    )
    test = read_array(folder / "clean", "test_noisy")[0].astype(np.float32) / 255
    denoised = OnnxModel(folder / "model" / "model.onnx")(test)
    error = np.mean((denoised - clean / 255) ** 2)  # which nobody could know
    measured = json.loads((folder / "levels" / "came.json").read_text(encoding="utf-8"))
    assert measured == {"psnr_estimate": pytest.approx(-10 * np.log10(error), abs=0.2)}


def test_filters_are_tuned_and_estimated_without_clean_pictures(twice):
    folder, _ = twice
    results = pd.read_csv(folder / "summary" / "results.csv").set_index("method")
    untouched = results.loc["noisy", "psnr_estimate"]
    assert untouched == pytest.approx(-20 * np.log10(STD / 255), abs=1)
    for method in ("total variation", "non-local means", "wavelets", "blind"):
        assert results.loc[method, "psnr_estimate"] > untouched + 1
    assert not {"psnr", "ssim", "bce", "legibility"} & {*results.columns}
    assert not {"linear", "mixture", "training images"} & {*results.index}
    text = (folder / "summary" / "results.md").read_text(encoding="utf-8")
    assert "### Estimated PSNR, dB" in text
    assert tell_clipped(folder / "clean") in text  # the camera man's coat is nearly black
    assert "- `linear`: it learns from clean images, and the data set has none." in text


def test_what_needs_clean_pictures_leaves_empty_tables_and_figures_that_say_so(twice):
    folder, _ = twice
    assert pd.read_csv(folder / "robustness" / "results.csv").empty
    assert pd.read_csv(folder / "confusion" / "confusion.csv").empty
    assert pd.read_csv(folder / "latent" / "compression.csv").empty
    assert pd.read_csv(folder / "latent" / "code.csv")["units"].item() == 5 * 5 * 8
    drawn = "robustness/chart", "confusion/extremes", "latent/compression", "summary/six-digits"
    for name in drawn:
        assert Image.open(folder / f"{name}.png").size == (400, 100)  # a sentence
    assert Image.open(folder / "summary" / "one-digit.png").height > 400


def test_prepare_says_where_noise_was_cut_off(tmp_path, capsys):
    prepared(tmp_path, "noisy-copy")
    assert capsys.readouterr().out.splitlines()[-1] == f"{tell_clipped(tmp_path / 'clean')}."


def test_a_black_picture_is_measured_with_the_others(twice, tmp_path):
    folder, chosen = twice
    shutil.copytree(folder / "clean", tmp_path / "clean")
    for part in PARTS:
        noisy = np.load(tmp_path / "clean" / f"{part}_noisy.npy")
        noisy[:, 0] = 0
        np.save(tmp_path / "clean" / f"{part}_noisy.npy", noisy)
    baseline(chosen, "came", tmp_path / "clean", folder / "classifier", tmp_path / "came.csv")
    table = pd.read_csv(tmp_path / "came.csv").set_index("method")
    assert table.loc["non-local means", "psnr_estimate"] > table.loc["noisy", "psnr_estimate"] + 1


def test_noise_cannot_be_made_at_a_level_without_clean_pictures(twice, tmp_path):
    folder, _ = twice
    with pytest.raises(InputError, match=r"'test/made' is of kind 'gaussian' .* no clean pictures"):
        outputs = (tmp_path / "made.json", tmp_path / "made.csv")
        inputs = (folder / "clean", folder / "model", folder / "classifier")
        evaluate(parameters(tmp_path), "made", *inputs, *outputs)
    assert not (tmp_path / "made.json").exists()


def test_what_does_not_go_together_is_told(pairs, tmp_path):
    folder, _ = pairs
    two = parameters(tmp_path, noise={"copies": 2})
    with pytest.raises(InputError, match="came with 1 noisy pictures of each: set it to 1"):
        generate(two, folder / "clean", tmp_path / "noisy")
    shutil.copytree(folder / "clean", tmp_path / "clean")
    (tmp_path / "clean" / "train_noisy.npy").unlink()
    (tmp_path / "clean" / "test_noisy.npy").unlink()
    with pytest.raises(InputError, match="came with no noisy pictures: name another kind"):
        generate(parameters(tmp_path), tmp_path / "clean", tmp_path / "noisy")
    with pytest.raises(InputError, match="the level of 'test/came' is of kind 'given'"):
        outputs = (tmp_path / "came.json", tmp_path / "came.csv")
        inputs = (tmp_path / "clean", folder / "model", folder / "classifier")
        evaluate(parameters(tmp_path), "came", *inputs, *outputs)


def test_without_clean_pictures_no_noise_can_be_made_and_none_be_the_target(pairs, tmp_path):
    folder, chosen = pairs
    shutil.copytree(folder / "clean", tmp_path / "clean")
    for part in PARTS:
        (tmp_path / "clean" / f"{part}_images.npy").unlink()
    made = parameters(tmp_path, noise={"kind": "uniform"})
    with pytest.raises(InputError, match="has no clean pictures to add noise to: set it to 'given"):
        generate(made, tmp_path / "clean", tmp_path / "noisy")
    outputs = [tmp_path / name for name in ("model", "loss.csv", "train.json", "checkpoints")]
    with pytest.raises(InputError, match="has no clean pictures: set it to 'noisy-copy'"):
        train(chosen, tmp_path / "clean", folder / "noisy", *outputs)
    assert not any(path.exists() for path in outputs)

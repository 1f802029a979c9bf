"""Patches too large for some estimators: the table says why these are left out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from denoise.evaluation.empirical_prior import EmpiricalPrior
from denoise.evaluation.linear import LinearDenoiser
from denoise.evaluation.mixture import MixtureDenoiser
from denoise.export.model_folder import save_model
from denoise.inference.known_noise import KnownNoise
from denoise.io.errors import InputError
from denoise.io.parameters.pipeline import read_parameters
from denoise.networks.registry import build_model
from denoise.storage.arrays import write_arrays
from stages.baseline import baseline
from stages.evaluate import evaluate
from stages.summarize import summarize
from tests.denoise.test_patches import PICTURES, grey

SIZE = (128, 128)
LEARNED = ["linear", "mixture", "training images"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with patches of 128x128 pixels, measured by an untrained network and by filters."""
    folder = tmp_path_factory.mktemp("large")
    yaml = YAML(typ="safe")
    content = yaml.load(Path("params.yaml"))
    content["baseline"]["tuning_images"] = 1
    content["levels"] = {"1-noise": {"blur": 0.0, "amplitude": 0.2, "kind": "gaussian"}}
    yaml.dump(content, folder / "params.yaml")
    parameters = read_parameters(folder / "params.yaml")
    picture = grey(PICTURES / "camera.png").astype(np.uint8)
    corners = [(top, left) for top in (0, 128) for left in (0, 128, 256)]
    patches = np.stack([picture[top : top + 128, left : left + 128] for top, left in corners])
    clean, model = folder / "clean", folder / "model"
    write_arrays({"train_images": patches[:, ::-1].copy(), "test_images": patches}, clean)
    save_model(build_model(parameters.model, SIZE), model, patches[..., None] / np.float32(255))
    tables = folder / "levels", folder / "baselines"
    measured = tables[0] / "1-noise.json", tables[0] / "1-noise.csv"
    evaluate(parameters, "1-noise", clean, model, folder, *measured)
    baseline(parameters, "1-noise", clean, folder, tables[1] / "1-noise.csv")
    curve = {"epoch": [1], "loss": [1.0], "val_loss": [1.0], "val_noisy_loss": [1.0]}
    pd.DataFrame(curve).to_csv(folder / "loss.csv", index=False)
    summarize(parameters, clean, model, folder / "loss.csv", *tables, folder / "summary")
    return folder


def test_the_table_of_a_level_says_why_rows_have_no_figures(run):
    table = pd.read_csv(run / "baselines" / "1-noise.csv").set_index("method")
    assert table.loc[LEARNED, "psnr"].isna().all()
    reasons = table.loc[LEARNED, "left_out"]
    assert reasons.str.contains("images of 128x128 pixels would take .* GiB of memory").all()
    filters = table.drop(index=LEARNED)
    assert filters["left_out"].isna().all()
    assert filters.loc["non-local means", "psnr"] > filters.loc["noisy", "psnr"] + 3


def test_the_summary_goes_on_with_the_rest_and_says_so_too(run):
    results = pd.read_csv(run / "summary" / "results.csv")
    assert {"autoencoder", "noisy", "blind"} <= set(results["method"])
    assert not set(LEARNED) & set(results["method"])
    assert results["psnr"].notna().all()
    text = (run / "summary" / "results.md").read_text(encoding="utf-8")
    assert "Left out:\n\n- `linear`: 6 images of 128x128 pixels would take 12 GiB" in text


def test_the_command_line_is_told_the_same(run):
    level = read_parameters(run / "params.yaml").levels["1-noise"]
    with pytest.raises(InputError, match="128x128 pixels would take 12 GiB of memory with this"):
        KnownNoise("linear", run / "clean" / "train_images.npy", level)


@pytest.mark.parametrize("estimator", [LinearDenoiser, MixtureDenoiser, EmpiricalPrior])
def test_many_patches_are_too_large_as_well(estimator):
    many = np.broadcast_to(np.uint8(0), (60_000, 64, 64))
    with pytest.raises(InputError, match=r"60,000 images of 64x64 pixels would take .* or fewer"):
        estimator(many)

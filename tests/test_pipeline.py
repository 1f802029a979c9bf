"""The whole pipeline, run small in a clone by real DVC: it repeats, and reruns what it must."""

import hashlib
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import asyncssh
import mlcroissant as mlc
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import psnr
from denoise.io.parameters.pipeline import read_parameters
from denoise.io.parameters.studies import STUDIES
from denoise.reporting.model_size import count_weights
from denoise.uncertainty.confidence import read_calibration
from denoise.uncertainty.ensemble_model import EnsembleModel
from tests.browser import needs_browser, open_page
from tests.hostile_environment import write_hostile_environment
from tests.stages.small_run import ADAM

ROOT = Path(__file__).parents[1]
NETWORKS = ("autoencoder", "unet")
DVC = Path(sys.executable).with_name("dvc")
ENVIRONMENT = {**os.environ, "DENOISE_PYTHON": sys.executable}
LEVELS = {
    "0-clean": {"blur": 0.0, "amplitude": 0.0, "kind": "uniform"},
    "1-medium": {"blur": 1.0, "amplitude": 0.8, "kind": "uniform"},
}


def dvc(*arguments, folder):
    """What a DVC command prints, or its failure with all it said."""
    result = subprocess.run(
        [DVC, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        encoding="utf-8",
        timeout=400,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def edit(folder, change, name="params.yaml"):
    """Change a file of parameters by a function of its content."""
    yaml = YAML()
    content = yaml.load(folder / name)
    change(content)
    yaml.dump(content, folder / name)


def make_small(parameters):
    parameters["prepare"]["dataset"] = "digits"
    parameters["noise"]["copies"] = 2
    # Enough epochs that training is not over before it is killed, however busy the machine.
    parameters["recipes"]["short"] = {**parameters["recipes"]["quick"], "epochs": 3}
    # Muon on a U-Net's many kernels takes a while to trace.
    adam = {"optimizer": ADAM, "epochs": 1}
    parameters["recipes"]["shorter"] = {**parameters["recipes"]["quick"], **adam}
    parameters["train"]["recipe"] = "short"
    parameters["classifier"]["epochs"] = 1
    parameters["levels"] = LEVELS
    parameters["baseline"] = {"tuning_images": 5}


def make_studies_small(studies):
    studies["trainings"] = {
        "networks/autoencoder": {"recipe": "short", "seeds": [1, 2]},
        "networks/unet": {
            "recipe": "shorter",
            "seeds": [2019],
            "model": {"architecture": "unet"},
            "noise": {"copies": 1, "blur": [0.0, 2.5], "amplitude": [0.01, 2.0]},
        },
        "noise_ranges/weak": {
            "recipe": "shorter",
            "seeds": [2019],
            "noise": {"copies": 1, "amplitude": [0.01, 0.5]},
        },
        "ensembles/autoencoder": {"recipe": "shorter", "seeds": [1, 2], "held_out": 300},
    }
    studies["joined"] = ["autoencoder"]
    studies["base"]["noise"]["copies"] = 2
    training = {"recipe": "shorter", "model": {"architecture": "autoencoder"}}
    studies["pictures"]["training"] |= training
    studies["pictures"]["training"]["noise"]["copies"] = 1
    studies["recipes"]["held_out"] = 200
    studies["mixtures"] = {"held_out": 200, "components": [1, 20], "borrowed": [10.0]}
    adam = {"seeds": [7], "recipe": {"optimizer": ADAM, "epochs": 1}}
    studies["recipes"]["candidates"] = {"adam": adam}


def ask_little(claims):
    level, method = "1-medium", "autoencoder"
    better = {"asks": "better", "figure": "psnr", "levels": [level]}
    claims["claims"] = [
        {"question": "Noise?", "method": "linear", "than": ["noisy"], **better},
        {"question": "Nothing?", "method": "noisy", "than": ["linear"], **better},
        {"question": "Much?", "asks": "reaches", "method": method, "figure": "psnr"}
        | {"levels": {level: 90.0}},
    ]


def reran(output):
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]


def copy_tree(folder):
    """A clone whose working tree is as it is here, committed or not."""
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        listing, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone, its working tree as it is here, in which the small pipeline has run once.

    DVC was killed in the middle of its training, and started again.
    """
    folder = copy_tree(tmp_path_factory.mktemp("pipeline") / "clone")
    edit(folder, make_small)
    edit(folder, make_studies_small, STUDIES)
    edit(folder, ask_little, Path("studies", "claims.yaml"))
    environment = {**ENVIRONMENT, "SHELL": "/bin/sh"}  # which may stay between DVC and a stage
    killed = subprocess.Popen(
        [DVC, "repro"], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    while not any((folder / "checkpoints").glob("train/*/*.checkpoint")):
        assert killed.poll() is None
        time.sleep(0.05)
    killed.kill()  # DVC alone: the stage it started is to notice
    killed.wait()
    output = dvc("repro", folder=folder)
    assert re.search(r"Going on after epoch \d, where training was interrupted", output), output
    return folder


def fingerprint(folder):
    outs = ("data", "models", "metrics", "dvc.lock")
    files = [path for out in outs for path in sorted((folder / out).rglob("*"))]
    files.append(folder / "dvc.lock")
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }


def test_a_forced_rerun_leaves_every_byte_as_the_killed_run_did(clone):
    before = fingerprint(clone)
    assert {"data/noisy/images.npy", "models/denoiser/model.keras"} <= before.keys()
    assert {"metrics/summary/results.csv", "metrics/summary/grid.png", "dvc.lock"} <= before.keys()
    dvc("repro", "--force", folder=clone)
    assert fingerprint(clone) == before


def test_the_results_have_a_row_for_every_level_and_method(clone):
    table = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    assert list(dict.fromkeys(table["level"])) == list(LEVELS)
    methods = table.groupby("level")["method"].apply(list)
    assert methods["0-clean"] == methods["1-medium"]
    assert methods["0-clean"][0] == "autoencoder"
    assert set(table["images"]) == {300}  # all test images, for the slow filters too
    clean = table[(table["level"] == "0-clean") & (table["method"] == "noisy")]
    assert clean["psnr"].item() == 100
    assert clean["bce_excess"].item() == pytest.approx(0, abs=1e-6)
    medium = table[table["level"] == "1-medium"].set_index("method")["psnr"]
    assert medium["linear"] > medium["blind"] > medium["noisy"] + 3


def test_the_model_is_seen_from_all_sides(clone):
    damaged = pd.read_csv(clone / "metrics" / "robustness" / "results.csv")
    assert len(damaged) == 6 * 3 * 2  # corruptions, strengths, before and after
    read = pd.read_csv(clone / "metrics" / "confusion" / "confusion.csv")
    assert read.filter(like="read_as").to_numpy().sum() == len(LEVELS) * 300
    code = pd.read_csv(clone / "metrics" / "latent" / "code.csv").iloc[0]
    assert 0 < code["units_used"] <= code["units"] == 128
    linear = pd.read_csv(clone / "metrics" / "latent" / "probe.csv").set_index("level")
    assert linear.loc["0-clean", "pixels"] > 0.5
    sizes = pd.read_csv(clone / "metrics" / "latent" / "compression.csv")
    assert set(sizes["coder"]) == {"code", "JPEG"}


def test_other_models_are_trained_and_set_beside_it(clone):
    results = Path("studies", "networks", "comparison", "results.csv")
    assert (clone / results).read_bytes() == (ROOT / results).read_bytes()  # so far untouched
    output = dvc("repro", "compare", "convergence", folder=clone / "studies")
    trained = [f"{stage}@networks/{name}" for stage in ("train", "measure") for name in NETWORKS]
    others = ["measure_joined@autoencoder", "compare", "convergence"]
    assert sorted(reran(output)) == sorted([*trained, *others])
    table = pd.read_csv(clone / results)
    methods = table[table["level"] == "1-medium"]["method"].to_list()
    ensemble = "ensemble of 3 autoencoder"
    assert methods[:4] == ["autoencoder", "unet", ensemble, "noisy"]
    own = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    own_trainings = pd.read_csv(clone / "studies" / "levels" / "networks" / "autoencoder.csv")
    for _, row in own.iterrows():
        same = table[(table["level"] == row["level"]) & (table["method"] == row["method"])]
        trainings = own_trainings[own_trainings["level"] == row["level"]]["psnr"]
        trained = same["method"].item() == "autoencoder"
        expected = np.mean([row["psnr"], *trainings]) if trained else row["psnr"]
        assert same["psnr"].item() == pytest.approx(expected, abs=1e-6)
        assert same["trainings"].item() == (3 if trained else 1)
    medium = table[table["level"] == "1-medium"].set_index("method")
    assert medium.loc[ensemble, "psnr"] > medium.loc["autoencoder", "psnr"]
    page = (clone / results).with_suffix(".md").read_text(encoding="utf-8")
    assert f"{ensemble}, {3 * 4385:,} weights" in page
    ends = pd.read_csv(clone / "studies" / "networks" / "convergence" / "results.csv")
    assert ends["method"].to_list() == ["autoencoder"]  # a U-Net differs in more than its recipe
    updates = 3 * math.ceil(2 * 1497 / 96)
    assert ends[["updates", "reference_updates"]].to_numpy().tolist() == [[updates, updates]]
    unet = clone / "studies" / "models" / "networks" / "unet" / "2019" / "model.onnx"
    assert count_weights(unet) > 100_000
    assert not any((clone / "data" / "studies" / "networks").iterdir())  # no noisy images are kept
    assert not any((clone / "studies" / "checkpoints").iterdir())


def test_other_data_and_another_run_are_described_as_they_are(clone):
    subprocess.run([sys.executable, "-m", "tools.provenance"], cwd=clone, check=True)
    samples = mlc.Dataset(jsonld=clone / "docs" / "croissant-noisy.json").records("samples")
    recorded = pd.read_csv(clone / "data" / "noisy" / "samples.csv")
    for record, row in zip(samples, recorded.head(20).to_dict("records"), strict=False):
        assert record["samples/sigma"] == pytest.approx(row["sigma"])
        assert record["samples/image"] == row["image"]
    clean = json.loads((clone / "docs" / "croissant-clean.json").read_text(encoding="utf-8"))
    assert "1,497 training and 300 test images" in clean["description"]
    crate = json.loads((clone / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    values = {entity["@id"]: entity.get("value") for entity in crate}
    assert values["#value/recipes.short.epochs"] == 3
    assert "1-medium" in (clone / "docs" / "model-card.md").read_text(encoding="utf-8")


def test_metrics_are_shown_a_row_a_level_in_order(clone):
    shown = json.loads(dvc("metrics", "show", "--json", folder=clone))
    files = [name for name in shown[""]["data"] if name.startswith("metrics/levels")]
    assert files == [f"metrics/levels/{level}.json" for level in LEVELS]


def test_nothing_to_do_is_found_out_and_said(clone):
    assert "up to date" in dvc("status", folder=clone)
    assert reran(dvc("repro", folder=clone)) == []


def test_a_changed_level_reruns_that_level_and_what_shows_it(clone):
    def change(parameters):
        parameters["levels"]["1-medium"]["amplitude"] = 0.9

    edit(clone, change)
    again = reran(dvc("repro", folder=clone))
    measured = ["baseline@1-medium", "confusion", "evaluate@1-medium", "latent"]
    assert sorted(again) == [*measured, "summarize"]
    assert 0.9 in pd.read_csv(clone / "metrics" / "summary" / "results.csv")["amplitude"].to_list()


def test_a_recipe_that_is_not_in_use_reruns_nothing(clone):
    def change(parameters):
        parameters["recipes"]["article"]["epochs"] = 400

    edit(clone, change)
    assert reran(dvc("repro", folder=clone)) == []


TRAINED = {*(f"train@networks/{name}" for name in NETWORKS)}
TRAINED |= {"train@noise_ranges/weak", "train@ensembles/autoencoder", "trial@adam"}


@pytest.mark.parametrize(
    ("edited", "reran_by_it"),
    [
        ("denoise/evaluation/classical.py", None),
        ("denoise/reporting/figures_robustness.py", {"robustness"}),
        ("denoise/analysis/non_digits.py", {"confusion"}),
        (
            "denoise/backends/fused_layers.py",
            {"train", "classifier", "reading@autoencoder", "train_pictures", *TRAINED},
        ),
        ("denoise/storage/metric_files.py", None),
        ("denoise/io/command_line.py", set()),
        ("denoise/inference/cli.py", set()),
        ("apps/demo/playground.py", set()),
        ("tools/results.py", set()),
    ],
)
def test_edited_code_reruns_what_computes_with_it(clone, edited, reran_by_it):
    path = clone / edited
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n# a comment more\n", encoding="utf-8")
    status = json.loads(dvc("status", "--json", folder=clone))
    status |= json.loads(dvc("status", "--json", folder=clone / "studies"))
    path.write_text(text, encoding="utf-8")
    folder = Path(edited).parent.as_posix()
    changed = {
        stage
        for stage, causes in status.items()
        if any(f"{name}': 'modified'" in str(causes) for name in (edited, folder))
    }
    if reran_by_it is None:  # what measures, all of it
        assert {"baseline@1-medium", "evaluate@1-medium", "robustness"} <= changed
        trained = {"prepare", "generate", "train", "classifier", *TRAINED}
        of_all = edited.startswith("denoise/storage")
        assert changed & trained == (trained if of_all else set())
        assert ("measure@networks/unet" in changed) == of_all
    else:
        assert changed == reran_by_it


def test_byte_code_and_stray_files_are_no_code(clone):
    (clone / "denoise" / "training" / "__pycache__").mkdir(exist_ok=True)
    (clone / "denoise" / "training" / "__pycache__" / "fit.cpython-399.pyc").write_bytes(b"")
    assert "up to date" in dvc("status", folder=clone)
    status = json.loads(dvc("status", "--json", folder=clone / "studies"))
    assert "fit.cpython" not in str(status)


def test_studies_are_run_once_and_seen_by_no_command_above(clone):
    studies = clone / "studies"
    first = reran(dvc("repro", "matrix", "rank", "mixtures", folder=studies))
    weak = {"train@noise_ranges/weak", "measure@noise_ranges/weak"}
    assert {*first} == {*weak, "matrix", "trial@adam", "rank", "mixtures"}
    assert reran(dvc("repro", "matrix", "rank", "mixtures", folder=studies)) == []
    table = pd.read_csv(studies / "noise_ranges" / "matrix" / "results.csv")
    assert table[["setting", "level"]].to_numpy().tolist() == [["weak", level] for level in LEVELS]
    ranking = (studies / "recipes" / "ranking" / "results.md").read_text(encoding="utf-8")
    assert re.search(r"^\| adam +\| +0\.\d{4} \| +1 \|", ranking, re.MULTILINE)
    mixtures = pd.read_csv(studies / "mixtures" / "results.csv")
    assert {*mixtures["components"]} == {1, 20}
    assert {*mixtures["level"]} <= {*LEVELS}  # all that have noise
    means = mixtures.groupby("components")["psnr"].mean()
    assert means[20] > means[1]

    def change(studies):
        studies["recipes"]["candidates"]["adam"]["recipe"]["learning_rate"] = 0.02

    edit(clone, change, STUDIES)
    assert "up to date" in dvc("status", folder=clone)
    assert reran(dvc("repro", "--all-pipelines", folder=clone)) == []
    assert "studies" not in dvc("metrics", "show", folder=clone)
    assert reran(dvc("repro", "matrix", "rank", folder=studies)) == ["trial@adam", "rank"]


def test_an_ensemble_has_not_seen_what_it_is_calibrated_on(clone):
    studies = clone / "studies"
    trained = ["train@ensembles/autoencoder", "ensemble@autoencoder", "reading@autoencoder"]
    # And, where nothing has trained them yet, the networks whose images are read as well.
    assert {*trained} <= {*reran(dvc("repro", "ensemble", "reading", folder=studies))}
    assert reran(dvc("repro", "ensemble", "reading", folder=studies)) == []
    left = {path.name for path in (clone / "data" / "studies" / "ensembles").iterdir()}
    assert left == set()  # neither noisy images nor the clean ones that were seen
    members = studies / "models" / "ensembles" / "autoencoder"
    others = studies / "models" / "networks" / "autoencoder"
    for seed in ("1", "2"):  # of the same network and noise, but by another recipe, on all images
        assert (members / seed / "model.onnx").read_bytes() != (
            others / seed / "model.onnx"
        ).read_bytes()
    model = EnsembleModel(studies / "ensembles" / "autoencoder" / "model.onnx")
    assert model.intervals.coverage == 0.9
    results = pd.read_csv(studies / "ensembles" / "autoencoder" / "results.csv")
    assert results["level"].to_list() == ["as trained", *LEVELS]
    assert results["within_ink"].iloc[0] > 0.85
    parameters, clean = read_parameters(clone / "params.yaml"), clone / "data" / "clean"
    test, level = np.load(clean / "test_images.npy"), "1-medium"
    noisy = corrupt_at_level(test, parameters.levels[level], parameters.seed, f"test/{level}")
    measured = psnr(test / 255, model(noisy)).mean()
    assert results["psnr"].iloc[-1] == pytest.approx(measured, abs=1e-5)
    readings = pd.read_csv(studies / "readings" / "autoencoder" / "results.csv")
    assert set(readings["method"]) == {"ensemble", "denoiser", "unet"}
    calibration = read_calibration(studies / "readings" / "autoencoder" / "calibration.json")
    assert calibration.ensemble.temperature > 0
    for name in ("ensembles/autoencoder/maps.png", "readings/autoencoder/risk.png"):
        assert (studies / name).stat().st_size > 10_000


def test_how_much_is_luck_is_told_from_trainings_with_other_seeds(clone):
    studies = clone / "studies"
    again = {*reran(dvc("repro", "spread", "gains", folder=studies))}
    assert {"spread", "gains"} <= again  # and, where a level has changed since, what measures
    assert not again & TRAINED
    spread = pd.read_csv(studies / "seeds" / "spread" / "results.csv")
    assert set(spread["model"]) == {"autoencoder"}
    assert set(spread["trainings"]) == {3}
    own = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    own = own[own["method"] == "autoencoder"].set_index("level")["psnr"]
    others = pd.read_csv(studies / "levels" / "networks" / "autoencoder.csv")
    others = others.pivot(index="level", columns="seed", values="psnr")
    assert (others[1] != others[2]).all()
    for _, row in spread.iterrows():
        found = [own[row["level"]], *others.loc[row["level"]]]
        assert row["psnr_min"] == pytest.approx(min(found), abs=1e-5)
        assert row["psnr_mean"] == pytest.approx(sum(found) / 3, abs=1e-5)

    gains = pd.read_csv(studies / "seeds" / "gains" / "results.csv")
    assert set(gains["method"]) == {"autoencoder"}  # a U-Net is another network
    clean = gains[gains["level"] == "0-clean"].set_index("seed")
    again = clean["psnr_published"] + clean["psnr"]
    expected = {2019: own["0-clean"], **others.loc["0-clean"]}
    assert again.to_dict() == pytest.approx(expected, abs=1e-5)

    def copies(count):
        def change(studies):
            studies["base"]["noise"]["copies"] = count

        edit(clone, change, STUDIES)

    copies(1)
    command = [DVC, "repro", "--single-item", "spread"]
    result = subprocess.run(
        command, cwd=studies, env=ENVIRONMENT, capture_output=True, encoding="utf-8"
    )
    assert result.returncode != 0
    assert "networks/autoencoder in studies/params.yaml must be as params.yaml has" in result.stderr
    copies(2)


def test_each_seed_of_a_study_is_trained_as_if_alone(clone):
    """One process trains them all: nothing of one may reach the next."""
    studies = clone / "studies"
    alone = (studies / "models/networks/autoencoder/2/model.keras").read_bytes()

    def change(studies):
        studies["trainings"]["networks/autoencoder"]["seeds"] = [2]

    edit(clone, change, STUDIES)
    dvc("repro", "train@networks/autoencoder", folder=studies)
    assert (studies / "models/networks/autoencoder/2/model.keras").read_bytes() == alone


def test_the_report_holds_all_it_shows(clone):
    dvc("repro", folder=clone)
    dvc("repro", folder=clone / "studies")
    build = [sys.executable, "-m", "apps.report.build"]
    subprocess.run(build, cwd=clone, check=True, stdout=subprocess.DEVNULL)
    html = (clone / "report.html").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:src|href)="(.{5})', html)) == {"data:"}
    assert "url(" not in html
    assert "All results in this report have the hashes" in html
    compared = pd.read_csv(clone / "studies" / "networks" / "comparison" / "results.csv")
    assert f"{compared['psnr'].iloc[0]:.2f}" in html


def test_the_report_is_the_same_on_a_machine_that_has_everything_set(clone, tmp_path):
    before = (clone / "report.html").read_bytes()
    (clone / "report.html").unlink()
    hostile = write_hostile_environment(tmp_path)
    build = ["stages/environment", sys.executable, "-m", "apps.report.build"]  # as make does
    subprocess.run(build, cwd=clone, env=hostile, check=True, stdout=subprocess.DEVNULL)
    assert (clone / "report.html").read_bytes() == before


@needs_browser
def test_the_report_fits_a_phone_in_the_dark(clone):
    narrow = {"width": 380, "height": 800}
    address = (clone / "report.html").as_uri()
    with open_page(address, viewport=narrow, color_scheme="dark") as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 380
        drawn = "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
        assert page.evaluate(drawn)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"


def test_a_team_shares_its_data_through_an_ssh_server(clone, tmp_path):
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(tmp_path / "key")
    key.write_public_key(tmp_path / "key.pub")
    (tmp_path / "served").mkdir()
    command = [sys.executable, "-m", "tests.ssh_server", tmp_path / "served", tmp_path / "key.pub"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, encoding="utf-8", **pipes) as server:
        address = f"ssh://127.0.0.1:{int(server.stdout.readline())}/cache"
        colleague = tmp_path / "colleague"
        author = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
        subprocess.run(["git", *author, "commit", "--quiet", "-am", "Small"], cwd=clone, check=True)
        subprocess.run(["git", "clone", "--quiet", clone, colleague], check=True)
        for folder in (clone, colleague):
            dvc("remote", "add", "--local", "--default", "team", address, folder=folder)
            for option, value in (("user", "me"), ("keyfile", tmp_path / "key")):
                dvc("remote", "modify", "--local", "team", option, value, folder=folder)
        assert "pushed" in dvc("push", folder=clone)
        assert not (colleague / "data" / "noisy").exists()
        assert "fetched" in dvc("pull", folder=colleague)
        server.stdin.close()
    images = Path("data", "noisy", "images.npy")
    assert (colleague / images).read_bytes() == (clone / images).read_bytes()
    assert reran(dvc("repro", "--dry", "generate", folder=colleague)) == []


def test_claims_are_judged_by_the_results(clone):
    studies = clone / "studies"
    dvc("repro", "claims", folder=studies)
    judged = pd.read_csv(studies / "claims" / "results.csv")
    assert judged[["question", "verdict"]].to_numpy().tolist() == [
        ["Noise?", "held"],
        ["Nothing?", "failed"],
        ["Much?", "failed"],
    ]
    page = (studies / "claims" / "results.md").read_text(encoding="utf-8")
    assert re.search(r"^\| Noise\? +\| held +\|", page, re.MULTILINE)
    assert "Expected of `linear`: better than noisy. Verdict: held." in page

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
import pandas as pd
import pytest
from ruamel.yaml import YAML

from apps.report.build import SHOWN
from tests.browser import needs_browser, open_page
from tests.stages.small_run import ADAM

ROOT = Path(__file__).parents[1]
DVC = Path(sys.executable).with_name("dvc")
ENVIRONMENT = {**os.environ, "DENOISE_PYTHON": sys.executable}
LEVELS = {
    "0-clean": {"blur": 0.0, "amplitude": 0.0, "kind": "uniform"},
    "1-medium": {"blur": 1.0, "amplitude": 0.8, "kind": "uniform"},
}


def dvc(*arguments, folder):
    """What a DVC command prints, or its failure with all it said."""
    result = subprocess.run(
        [DVC, *arguments], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=400
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def edit(folder, change):
    """Change params.yaml by a function of its content."""
    yaml = YAML()
    content = yaml.load(folder / "params.yaml")
    change(content)
    yaml.dump(content, folder / "params.yaml")


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
    parameters["baseline"] = {"tuning_images": 5, "test_images": 10}
    parameters["summarize"]["grid_images"] = 50
    unet = {"architecture": "unet", "upsampling": "nearest"}
    noise = {"copies": 1, "blur": [0.0, 2.5], "kind": "uniform", "amplitude": [0.01, 2.0]}
    weak = {**noise, "amplitude": [0.01, 0.5]}
    network = parameters["model"]
    training = {"target": "clean", "recipe": "shorter"}
    parameters["studies"] = {
        "networks": {"unet": {"model": unet, "noise": noise, **training}},
        "noise_ranges": {"weak": {"model": network, "noise": weak, **training}},
        "seeds": {
            "autoencoder-1": {
                "of": "autoencoder",
                "seed": 1,
                "model": network,
                "noise": {**parameters["noise"]},
                "target": "clean",
                "recipe": "short",
            },
        },
        "recipes": {
            "held_out": 200,
            "candidates": {
                "adam": {
                    "seeds": [7],
                    "initializer": "glorot_uniform",
                    "averaged": 0.0,
                    "recipe": {**parameters["recipes"]["shorter"]},
                }
            },
        },
    }


def reran(output):
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]


def copy_tree(folder):
    """A clone whose working tree is as it is here, committed or not."""
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
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
    assert set(table.loc[table["method"] == "total variation", "images"]) == {10}
    assert set(table.loc[table["method"] == "autoencoder", "images"]) == {300}
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
    code = json.loads((clone / "metrics" / "latent.json").read_text())
    assert 0 < code["units_used"] <= code["units"] == 128
    linear = pd.read_csv(clone / "metrics" / "latent" / "probe.csv").set_index("level")
    assert linear.loc["0-clean", "pixels"] > 0.5
    sizes = pd.read_csv(clone / "metrics" / "latent" / "compression.csv")
    assert set(sizes["coder"]) == {"code", "JPEG"}


def test_other_models_are_trained_and_set_beside_it(clone):
    results = Path("studies", "networks", "comparison", "results.csv")
    assert (clone / results).read_bytes() == (ROOT / results).read_bytes()  # so far untouched
    output = dvc("repro", "studies/networks/dvc.yaml", folder=clone)
    stages = ("train@unet", "measure@unet", "compare", "convergence")
    assert sorted(reran(output)) == sorted(f"studies/networks/dvc.yaml:{stage}" for stage in stages)
    table = pd.read_csv(clone / results)
    methods = table[table["level"] == "1-medium"]["method"].to_list()
    assert methods[:3] == ["autoencoder", "unet", "noisy"]
    own = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    for _, row in own.iterrows():
        same = table[(table["level"] == row["level"]) & (table["method"] == row["method"])]
        assert same["psnr"].item() == row["psnr"]
    ends = pd.read_csv(clone / "studies" / "networks" / "convergence" / "results.csv")
    assert ends["method"].to_list() == ["autoencoder"]  # a U-Net differs in more than its recipe
    updates = 3 * math.ceil(2 * 1497 / 96)
    assert ends[["updates", "reference_updates"]].to_numpy().tolist() == [[updates, updates]]
    final = json.loads((clone / "studies" / "networks" / "train" / "unet.json").read_text())
    assert final["weights"] > 100_000
    assert not any((clone / "data" / "networks").iterdir())  # its noisy images are not kept


def test_other_data_and_another_run_are_described_as_they_are(clone):
    subprocess.run([sys.executable, "-m", "tools.provenance"], cwd=clone, check=True)
    samples = mlc.Dataset(jsonld=clone / "docs" / "croissant-noisy.json").records("samples")
    recorded = pd.read_csv(clone / "data" / "noisy" / "samples.csv")
    for record, row in zip(samples, recorded.head(20).to_dict("records"), strict=False):
        assert record["samples/sigma"] == pytest.approx(row["sigma"])
        assert record["samples/image"] == row["image"]
    clean = json.loads((clone / "docs" / "croissant-clean.json").read_text())
    assert "1,497 training and 300 test images" in clean["description"]
    crate = json.loads((clone / "ro-crate-metadata.json").read_text())["@graph"]
    values = {entity["@id"]: entity.get("value") for entity in crate}
    assert values["#value/recipes.short.epochs"] == 3
    assert "1-medium" in (clone / "docs" / "model-card.md").read_text()


@needs_browser
def test_the_plots_open_without_a_network_the_curves_first(clone):
    subprocess.run([sys.executable, "-m", "tools.plots_page"], cwd=clone, check=True)
    ignored = ["git", "check-ignore", "--quiet", ".dvc/plots/page.html"]
    assert subprocess.run(ignored, cwd=clone).returncode == 0
    for command in (("plots", "show"), ("plots", "diff", "HEAD")):
        dvc(*command, folder=clone)
        with open_page((clone / "dvc_plots" / "index.html").as_uri(), offline=True) as page:
            page.wait_for_function("document.querySelectorAll('.vega-embed .marks').length == 4")
            shown = "[...document.querySelectorAll('.marks, img')].map((each) => each.tagName)"
            assert page.evaluate(shown)[:5] == ["svg"] * 4 + ["IMG"]
            lines = "document.querySelectorAll('.vega-embed .mark-line path').length"
            assert page.evaluate(lines) >= 3 + 3 * 11  # losses, and methods by three figures
            addresses = "performance.getEntriesByType('resource').map((entry) => entry.name)"
            assert all(name.startswith("file:") for name in page.evaluate(addresses))


def test_metrics_are_shown_a_row_a_level_in_order(clone):
    shown = json.loads(dvc("metrics", "show", "--json", folder=clone))
    files = [name for name in shown[""]["data"] if name.startswith("metrics/levels")]
    assert files == [f"metrics/levels/{level}.json" for level in LEVELS]


def test_nothing_to_do_is_found_out_and_said(clone):
    assert "up to date" in dvc("status", "dvc.yaml", folder=clone)
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


TRAINED = {"train@unet", "train@weak", "train@autoencoder-1", "trial@adam"}


@pytest.mark.parametrize(
    ("edited", "reran_by_it"),
    [
        ("denoise/evaluation/classical.py", None),
        ("denoise/reporting/figures_robustness.py", {"robustness"}),
        ("denoise/analysis/non_digits.py", {"confusion"}),
        ("denoise/backends/fused_layers.py", {"train", "classifier", *TRAINED}),
        ("denoise/io/command_line.py", set()),
        ("denoise/inference/cli.py", set()),
        ("apps/demo/playground.py", set()),
        ("tools/results.py", set()),
    ],
)
def test_edited_code_reruns_what_computes_with_it(clone, edited, reran_by_it):
    path = clone / edited
    text = path.read_text()
    path.write_text(text + "\n# a comment more\n")
    status = json.loads(dvc("status", "--json", folder=clone))
    path.write_text(text)
    folder = Path(edited).parent.as_posix()
    changed = {
        stage.split(":")[-1]
        for stage, causes in status.items()
        if any(f"'{name}': 'modified'" in str(causes) for name in (edited, folder))
    }
    if reran_by_it is None:  # what measures, all of it, and nothing that trains
        assert {"baseline@1-medium", "evaluate@1-medium", "robustness"} <= changed
        assert not changed & {"prepare", "generate", "train", "classifier", *TRAINED}
    else:
        assert changed == reran_by_it


def test_byte_code_and_stray_files_are_no_code(clone):
    (clone / "denoise" / "training" / "__pycache__").mkdir(exist_ok=True)
    (clone / "denoise" / "training" / "__pycache__" / "fit.cpython-399.pyc").write_bytes(b"")
    assert "up to date" in dvc("status", "dvc.yaml", folder=clone)


def test_studies_are_run_once_and_shown_by_dvc(clone):
    noise, recipes = ("studies/noise_ranges/dvc.yaml", "studies/recipes/dvc.yaml")
    first = reran(dvc("repro", noise, recipes, folder=clone))
    expected = {f"{noise}:{stage}" for stage in ("train@weak", "measure@weak", "matrix")}
    assert {*first} == expected | {f"{recipes}:{stage}" for stage in ("trial@adam", "rank")}
    assert reran(dvc("repro", noise, recipes, folder=clone)) == []
    table = pd.read_csv(clone / "studies" / "noise_ranges" / "matrix" / "results.csv")
    assert table[["setting", "level"]].to_numpy().tolist() == [["weak", level] for level in LEVELS]
    shown = json.loads(dvc("metrics", "show", "--json", folder=clone))[""]["data"]
    scores = shown["studies/noise_ranges/scores/weak.json"]["data"]
    for level, psnr in zip(LEVELS, table["psnr"], strict=True):
        assert scores[level]["psnr"] == pytest.approx(psnr, abs=1e-5)
    ranking = (clone / "studies" / "recipes" / "ranking" / "results.md").read_text()
    assert re.search(r"^\| adam +\| +0\.\d{4} \| +1 \|", ranking, re.MULTILINE)

    def change(parameters):
        parameters["studies"]["recipes"]["candidates"]["adam"]["recipe"]["learning_rate"] = 0.02

    edit(clone, change)
    again = reran(dvc("repro", noise, recipes, folder=clone))
    assert again == [f"{recipes}:trial@adam", f"{recipes}:rank"]


def test_how_much_is_luck_is_told_from_trainings_with_other_seeds(clone):
    seeds = "studies/seeds/dvc.yaml"
    output = dvc("repro", seeds, folder=clone)
    stages = ("train@autoencoder-1", "spread", "gains")
    assert {f"{seeds}:{stage}" for stage in stages} <= {*reran(output)}
    spread = pd.read_csv(clone / "studies" / "seeds" / "spread" / "results.csv")
    assert set(spread["model"]) == {"autoencoder"}
    assert set(spread["trainings"]) == {2}
    own = pd.read_csv(clone / "metrics" / "summary" / "results.csv")
    own = own[own["method"] == "autoencoder"].set_index("level")["psnr"]
    other = pd.read_csv(clone / "studies" / "seeds" / "levels" / "autoencoder-1.csv")
    other = other.set_index("level")["psnr"]
    assert (own != other).all()
    for _, row in spread.iterrows():
        pair = [own[row["level"]], other[row["level"]]]
        assert row["psnr_min"] == pytest.approx(min(pair), abs=1e-5)
        assert row["psnr_mean"] == pytest.approx(sum(pair) / 2, abs=1e-5)

    gains = pd.read_csv(clone / "studies" / "seeds" / "gains" / "results.csv")
    assert set(gains["method"]) == {"autoencoder"}  # a U-Net is another network
    clean = gains[gains["level"] == "0-clean"].set_index("seed")
    again = clean["psnr_published"] + clean["psnr"]
    assert again.to_dict() == pytest.approx({2019: own["0-clean"], 1: other["0-clean"]}, abs=1e-5)

    def copies(count):
        def change(parameters):
            parameters["studies"]["seeds"]["autoencoder-1"]["noise"]["copies"] = count

        edit(clone, change)

    copies(1)
    command = [DVC, "repro", "--single-item", f"{seeds}:spread"]
    result = subprocess.run(command, cwd=clone, env=ENVIRONMENT, capture_output=True, text=True)
    assert result.returncode != 0
    assert "studies.seeds.autoencoder-1 in params.yaml must be as autoencoder but" in result.stderr
    copies(2)


def test_the_report_holds_all_it_shows(clone):
    dvc("repro", *SHOWN, folder=clone)
    build = [sys.executable, "-m", "apps.report.build"]
    subprocess.run(build, cwd=clone, check=True, stdout=subprocess.DEVNULL)
    html = (clone / "report.html").read_text()
    assert set(re.findall(r'(?:src|href)="(.{5})', html)) == {"data:"}
    assert "url(" not in html
    assert "All results in this report have the hashes" in html
    own = pd.read_csv(clone / "metrics" / "summary" / "results.csv").iloc[0]
    assert f"{own['psnr']:.2f}" in html


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
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as server:
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

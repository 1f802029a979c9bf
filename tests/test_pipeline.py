"""The whole pipeline, run small in a clone by real DVC: it repeats, and reruns what it must."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import asyncssh
import pandas as pd
import pytest
from ruamel.yaml import YAML

from tests.browser import needs_browser, open_page

ROOT = Path(__file__).parents[1]
DVC = Path(sys.executable).with_name("dvc")
ENVIRONMENT = {**os.environ, "DENOISE_PYTHON": sys.executable}
LEVELS = {"0-clean": {"blur": 0.0, "amplitude": 0.0}, "1-medium": {"blur": 1.0, "amplitude": 0.8}}


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
    adam = {"optimizer": {"name": "adam"}, "epochs": 1}
    parameters["recipes"]["shorter"] = {**parameters["recipes"]["quick"], **adam}
    parameters["train"]["recipe"] = "short"
    parameters["judge"]["epochs"] = 1
    parameters["levels"] = LEVELS
    parameters["baseline"] = {"tuning_images": 5, "test_images": 10}
    parameters["report"]["grid_images"] = 50
    unet = {"architecture": "unet", "upsampling": "nearest"}
    noise = {"copies": 1, "blur": [0.0, 2.5], "amplitude": [0.01, 2.0]}
    parameters["comparison"] = {"unet": {"model": unet, "noise": noise, "recipe": "shorter"}}


def reran(output):
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone, its working tree as it is here, in which the small pipeline has run once.

    DVC was killed in the middle of its training, and started again.
    """
    folder = tmp_path_factory.mktemp("pipeline") / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    # Test what is in the working tree, committed or not.
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
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
    assert {"metrics/results.csv", "metrics/figures/grid.png", "dvc.lock"} <= before.keys()
    dvc("repro", "--force", folder=clone)
    assert fingerprint(clone) == before


def test_the_results_have_a_row_for_every_level_and_method(clone):
    table = pd.read_csv(clone / "metrics" / "results.csv")
    assert list(dict.fromkeys(table["level"])) == list(LEVELS)
    methods = table.groupby("level")["method"].apply(list)
    assert methods["0-clean"] == methods["1-medium"]
    assert methods["0-clean"][0] == "autoencoder"
    assert set(table.loc[table["method"] == "total variation", "images"]) == {10}
    assert set(table.loc[table["method"] == "autoencoder", "images"]) == {300}
    clean = table[(table["level"] == "0-clean") & (table["method"] == "noisy")]
    assert clean["psnr"].item() == 100
    assert clean["bce_excess"].item() == pytest.approx(0, abs=1e-6)


def test_the_model_is_seen_from_all_sides(clone):
    unseen = pd.read_csv(clone / "metrics" / "unseen" / "results.csv")
    assert len(unseen) == 6 * 3 * 2  # corruptions, strengths, before and after
    read = pd.read_csv(clone / "metrics" / "readings" / "confusion.csv")
    assert read.filter(like="read_as").to_numpy().sum() == len(LEVELS) * 300
    code = json.loads((clone / "metrics" / "code" / "code.json").read_text())
    assert 0 < code["units_used"] <= code["units"] == 128
    linear = pd.read_csv(clone / "metrics" / "code" / "reading.csv").set_index("level")
    assert linear.loc["0-clean", "pixels"] > 0.5
    sizes = pd.read_csv(clone / "metrics" / "code" / "compression.csv")
    assert set(sizes["coder"]) == {"code", "JPEG"}


def test_other_models_are_trained_and_set_beside_it(clone):
    results = Path("comparison", "results.csv")
    assert (clone / results).read_bytes() == (ROOT / results).read_bytes()  # so far untouched
    output = dvc("repro", "comparison/dvc.yaml", folder=clone)
    stages = ("train@unet", "measure@unet", "compare", "margins")
    assert sorted(reran(output)) == sorted(f"comparison/dvc.yaml:{stage}" for stage in stages)
    table = pd.read_csv(clone / results)
    methods = table[table["level"] == "1-medium"]["method"].to_list()
    assert methods[:3] == ["autoencoder", "unet", "noisy"]
    own = pd.read_csv(clone / "metrics" / "results.csv")
    for _, row in own.iterrows():
        same = table[(table["level"] == row["level"]) & (table["method"] == row["method"])]
        assert same["psnr"].item() == row["psnr"]
    margins = pd.read_csv(clone / "comparison" / "margins.csv")
    assert set(margins["method"]) == {"autoencoder"}  # a U-Net is another network
    clean = margins[margins["level"] == "0-clean"].iloc[0]
    ours = own[(own["level"] == "0-clean") & (own["method"] == "autoencoder")]
    assert clean["psnr_published"] + clean["psnr"] == pytest.approx(ours["psnr"].item(), abs=1e-5)
    final = json.loads((clone / "comparison" / "metrics" / "unet.json").read_text())
    assert final["weights"] > 100_000
    assert not any((clone / "data" / "comparison").iterdir())  # its noisy images are not kept


def test_the_report_holds_all_it_shows(clone):
    build = [sys.executable, "-m", "story.build"]
    subprocess.run(build, cwd=clone, check=True, stdout=subprocess.DEVNULL)
    html = (clone / "report.html").read_text()
    assert set(re.findall(r'(?:src|href)="(.{5})', html)) == {"data:"}
    assert "url(" not in html
    assert "All results in this report have the hashes" in html
    own = pd.read_csv(clone / "metrics" / "results.csv").iloc[0]
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


def test_metrics_are_shown_a_row_a_level_in_order(clone):
    shown = json.loads(dvc("metrics", "show", "--json", folder=clone))
    files = [name for name in shown[""]["data"] if name.startswith("metrics/levels")]
    assert files == [f"metrics/levels/{level}.json" for level in LEVELS]


def test_nothing_to_do_is_found_out_and_said(clone):
    assert "up to date" in dvc("status", folder=clone)
    assert reran(dvc("repro", folder=clone)) == []


def test_a_changed_level_reruns_that_level_and_the_report(clone):
    def change(parameters):
        parameters["levels"]["1-medium"]["amplitude"] = 0.9

    edit(clone, change)
    again = reran(dvc("repro", folder=clone))
    measured = ["baseline@1-medium", "code", "evaluate@1-medium", "readings"]
    assert sorted(again) == [*measured, "report"]
    assert 0.9 in pd.read_csv(clone / "metrics" / "results.csv")["amplitude"].to_list()


def test_a_recipe_that_is_not_in_use_reruns_nothing(clone):
    def change(parameters):
        parameters["recipes"]["seed"]["epochs"] = 400

    edit(clone, change)
    assert reran(dvc("repro", folder=clone)) == []


def test_a_stage_of_code_reruns_when_its_code_changes_and_no_other(clone):
    beside = {f"comparison/dvc.yaml:{stage}" for stage in ("compare", "margins")}
    for name, stages in (
        ("classical", {"baseline@0-clean", "baseline@1-medium"}),
        ("figures", {"code", "readings", "report", "unseen", *beside}),
        ("fused_layers", {"train", "judge", "comparison/dvc.yaml:train@unet"}),
    ):
        path = clone / "denoise" / f"{name}.py"
        text = path.read_text()
        path.write_text(text + "\n# a comment more\n")
        status = json.loads(dvc("status", "--json", folder=clone))
        changed = {
            stage
            for stage, causes in status.items()
            if any(f"denoise/{name}.py" in str(cause) for cause in causes)
        }
        path.write_text(text)
        assert changed == stages


def test_a_study_of_the_training_noise_is_run_once(clone):
    study = {
        "changes": {"train.recipe": "shorter"},
        "settings": {"weak": {"amplitude": [0.01, 0.5]}},
    }
    YAML().dump(study, clone / "sweep" / "settings.yaml")
    subprocess.run(["git", "add", "--all"], cwd=clone, check=True)
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *identity, "commit", "-qm", "small"], cwd=clone, check=True)
    run = [sys.executable, "-m", "sweep.study"]
    subprocess.run(run, cwd=clone, check=True, timeout=400)
    results = Path("sweep", "results.csv")
    table = pd.read_csv(clone / results)
    assert table[["setting", "level"]].to_numpy().tolist() == [["weak", level] for level in LEVELS]
    # An experiment like any other, which left the working tree alone.
    assert "noise.amplitude" in dvc("params", "diff", "HEAD", "sweep-weak", folder=clone)
    assert "sweep-weak" in dvc("exp", "show", "--csv", folder=clone)
    change = json.loads(dvc("metrics", "diff", "--json", "HEAD", "sweep-weak", folder=clone))
    for level, psnr in zip(LEVELS, table["psnr"], strict=True):
        assert change[f"metrics/levels/{level}.json"]["psnr"]["new"] == pytest.approx(psnr)
    assert reran(dvc("repro", "--dry", folder=clone)) == []
    # What has its results is not trained again, with its experiment or without.
    before = (clone / results).read_bytes()
    again = subprocess.run(run, cwd=clone, check=True, timeout=60, capture_output=True, text=True)
    assert "| weak |" in again.stdout
    (clone / results).unlink()
    subprocess.run(run, cwd=clone, check=True, timeout=60)
    assert (clone / results).read_bytes() == before


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

"""Run crate, Croissants and model card agree with the tree, and their validators with them."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import mlcroissant as mlc
import pytest

from denoise.io.parameters import read_parameters
from tests.dvc_hash import folder_hash
from tools.provenance.__main__ import RUN_CRATE
from tools.provenance.model_card import write_card
from tools.provenance.recorded import read_lock
from tools.provenance.run_crate import describe_run

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / ".venv" / "validator" / "bin" / "python"
VALIDATE = Path(__file__).with_name("validate_crate.py")


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_committed_crate_and_card_are_of_the_committed_results():
    certificates = sorted(Path("docs/certificates").glob("*.json"))
    described = describe_run(read_lock(), certificates)
    committed = json.loads(RUN_CRATE.read_text())
    assert committed == json.loads(json.dumps(described)), "`make provenance` writes it anew"
    card = write_card(read_parameters(Path("params.yaml")))
    assert Path("docs/model-card.md").read_text() == card


@pytest.mark.parametrize("name", ["clean", "noisy"])
def test_the_committed_croissants_are_of_the_data_that_dvc_lock_records(name):
    path = Path(f"docs/croissant-{name}.json")
    files = json.loads(path.read_text())["distribution"]
    digest = folder_hash({file["name"]: file["md5"] for file in files})
    assert digest == read_lock().outputs[f"data/{name}"]
    assert mlc.Dataset(jsonld=path).metadata.ctx.issues.errors == set()


def test_the_crate_holds_the_run():
    graph = {entity["@id"]: entity for entity in json.loads(RUN_CRATE.read_text())["@graph"]}
    run = graph["#run"]
    assert run["instrument"] == {"@id": "dvc.yaml"}
    model = graph["models/denoiser/model.keras"]
    content = Path("models/denoiser/model.keras").read_bytes()
    assert model["sha256"] == hashlib.sha256(content).hexdigest()
    assert {"@id": "models/denoiser/model.keras"} in run["result"]
    assert graph["#value/seed"]["value"] == 2019
    assert {"@id": "denoise/training/"} in run["object"]


def validated(folder):
    command = [VALIDATOR, VALIDATE, folder]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_the_crate_is_valid_and_the_validator_would_tell(tmp_path):
    result = validated(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    listing = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True)
    for name in filter(Path.exists, map(Path, listing.stdout.splitlines())):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, tmp_path / name)
    path = tmp_path / RUN_CRATE
    path.write_text(path.read_text().replace('"instrument"', '"instruments"'))
    assert validated(tmp_path).returncode == 1

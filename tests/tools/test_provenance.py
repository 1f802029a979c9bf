"""Run crate, Croissants and model card agree with the tree, and their validators with them."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import mlcroissant as mlc
import pytest
from ruamel.yaml import YAML

from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.pipeline import read_parameters
from tests.dvc_hash import folder_hash
from tools.provenance.__main__ import RUN_CRATE
from tools.provenance.model_card import write_card
from tools.provenance.recorded import read_lock
from tools.provenance.run_crate import describe_run
from tools.provenance.zenodo import describe_deposit

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / ".venv" / "validator" / "bin" / "python"
VALIDATE = Path(__file__).with_name("validate_crate.py")
# Of https://developers.zenodo.org/#representation, those that a deposit of software has.
TEXT, TEXTS = {"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string"}}
DEPOSIT_FIELDS = {
    "type": "object",
    "properties": {
        "upload_type": {"const": "software"},
        "publication_date": {"type": "string", "format": "date"},
        "title": TEXT,
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": dict.fromkeys(("name", "affiliation", "orcid", "gnd"), TEXT),
                "required": ["name"],
                "additionalProperties": False,
            },
        },
        "description": TEXT,
        "access_right": {"enum": ["open", "embargoed", "restricted", "closed"]},
        "license": TEXT,
        "keywords": TEXTS,
        "notes": TEXT,
        "references": TEXTS,
        "version": TEXT,
        "language": {"type": "string", "pattern": "^[a-z]{2,3}$"},
    },
    "required": ["upload_type", "title", "creators", "description", "access_right", "license"],
    "additionalProperties": False,
}


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_the_committed_crate_and_card_are_of_the_committed_results():
    certificates = sorted(Path("docs/certificates").glob("*.json"))
    described = describe_run(read_lock(), certificates)
    committed = json.loads(RUN_CRATE.read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(described)), "`make provenance` writes it anew"
    parameters = read_parameters(Path("params.yaml"))
    about = read_dataset(Path("datasets.yaml"), parameters.prepare.dataset).about
    card = write_card(parameters, about)
    assert Path("docs/model-card.md").read_text(encoding="utf-8") == card


@pytest.mark.parametrize("name", ["clean", "noisy"])
def test_the_committed_croissants_are_of_the_data_that_dvc_lock_records(name):
    path = Path(f"docs/croissant-{name}.json")
    files = json.loads(path.read_text(encoding="utf-8"))["distribution"]
    digest = folder_hash({file["name"]: file["md5"] for file in files})
    assert digest == read_lock().outputs[f"data/{name}"]
    assert mlc.Dataset(jsonld=path).metadata.ctx.issues.errors == set()


def test_the_card_tells_the_hub_the_committed_results():
    card = Path("docs/model-card.md").read_text(encoding="utf-8")
    empty, yaml, text = card.split("---\n", maxsplit=2)
    assert empty == "" and text.startswith("\n# Model card")
    metadata = YAML(typ="safe").load(yaml)
    assert metadata["license"] == "mit"
    assert metadata["datasets"] == ["ylecun/mnist"]
    (model,) = metadata["model-index"]
    found = {
        (result["dataset"]["config"], metric["type"]): metric["value"]
        for result in model["results"]
        for metric in result["metrics"]
    }
    levels = sorted(Path("metrics/levels").glob("*.json"))
    names = {"psnr": "psnr", "ssim": "ssim", "accuracy": "legibility"}
    assert found == {
        (path.stem, kind): json.loads(path.read_text(encoding="utf-8"))[name]
        for path in levels
        for kind, name in names.items()
    }
    assert len(found) == 3 * 6
    assert set(metadata["metrics"]) == set(names)
    for result in model["results"]:
        assert result["task"]["type"] == metadata["pipeline_tag"]
        assert {"type", "name"} <= result["dataset"].keys()


def test_the_deposit_says_what_the_citation_says():
    citation = YAML(typ="safe").load(Path("CITATION.cff"))
    deposit = json.loads(Path(".zenodo.json").read_text(encoding="utf-8"))
    assert deposit == describe_deposit(citation), "`make provenance` writes it anew"
    jsonschema.validate(deposit, DEPOSIT_FIELDS)
    for key in ("title", "version", "license", "keywords"):
        assert deposit[key] == citation[key]
    assert deposit["creators"] == [{"name": "The maintainers"}]
    assert deposit["references"][1] == "Chollet, François: Building Autoencoders in Keras (2016)"
    with pytest.raises(jsonschema.ValidationError, match="'author' was unexpected"):
        jsonschema.validate({**deposit, "author": "The maintainers"}, DEPOSIT_FIELDS)


def test_the_crate_holds_the_run():
    graph = {
        entity["@id"]: entity
        for entity in json.loads(RUN_CRATE.read_text(encoding="utf-8"))["@graph"]
    }
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
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)


def test_the_crate_is_valid_and_the_validator_would_tell(tmp_path):
    result = validated(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    listing = subprocess.run(["git", "ls-files"], capture_output=True, encoding="utf-8", check=True)
    for name in filter(Path.exists, map(Path, listing.stdout.splitlines())):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, tmp_path / name)
    path = tmp_path / RUN_CRATE
    path.write_text(
        path.read_text(encoding="utf-8").replace('"instrument"', '"instruments"'), encoding="utf-8"
    )
    assert validated(tmp_path).returncode == 1

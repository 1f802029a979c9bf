"""What is committed agrees with itself: dvc.yaml with the imports, dvc.lock with the tree."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from denoise.inference.advice import read_advice
from denoise.io.dvc_files import read_dvc_file, read_stages
from denoise.io.parameters.claims import CLAIMS, read_claims
from denoise.io.parameters.studies import STUDIES, read_studies
from denoise.storage.metric_files import read_table
from tests.dvc_hash import folder_hash
from tools.certificates import FOLDER, table
from tools.quotes import up_to_date
from tools.stage_deps import PIPELINES, with_deps

ROOT = Path(__file__).parents[1]
STAGES = {path: read_dvc_file(ROOT / path)["stages"] for path in PIPELINES}
LOCKS = {path: read_stages((ROOT / path).with_name("dvc.lock")) for path in PIPELINES}
LOCKED = [(path, stage) for path, lock in LOCKS.items() for stage in lock]
PARAMETERS = {
    path: YAML(typ="safe", pure=True).load(ROOT / path)
    for path in ("params.yaml", "studies/params.yaml", "datasets.yaml")
}
MNIST = PARAMETERS["datasets.yaml"]["mnist"]
PUBLIC = {*MNIST["sources"], *MNIST["about"].values()}  # its mirrors, home and licence
PUBLIC |= {*PARAMETERS["datasets.yaml"]["pictures"]["about"].values()}
NEVER_COMMITTED = ("data/clean", "data/noisy", "../data/")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
QUOTED = re.compile(r"<!-- (?:[^>]+ )?from ([^\s|]+)[^>]*-->\n(.*?)<!-- end -->", re.DOTALL)


def lookup(key, path):
    value = PARAMETERS[path]
    for part in key.split("."):
        value = value[part]
    return value


def file_hash(path):
    return hashlib.md5(path.read_bytes()).hexdigest()


def content_hash(path):
    if not path.is_dir():
        return file_hash(path)
    files = (file for file in path.rglob("*") if file.is_file())
    return folder_hash(
        {
            file.relative_to(path).as_posix(): file_hash(file)
            for file in files
            if "__pycache__" not in file.parts
        }
    )


@pytest.mark.parametrize("path", PIPELINES)
def test_stages_name_exactly_the_code_they_use(path):
    text, up = (ROOT / path).read_text(encoding="utf-8"), "../" * path.count("/")
    assert text == with_deps(text, up, ROOT), "`make deps` writes what the stages import"


def test_packages_hold_no_code_that_no_stage_names():
    packages = [path for path in ROOT.glob("*/**/__init__.py") if ".venv" not in path.parts]
    assert len(packages) > 15
    for path in packages:
        assert re.fullmatch(r'"""[^"]*"""\n', path.read_text(encoding="utf-8")), path


def foreach(path, entry):
    """What a stage is repeated for."""
    return lookup(entry["foreach"][2:-1], str(Path(path).with_name("params.yaml")))


@pytest.mark.parametrize("path", PIPELINES)
def test_every_stage_is_locked(path):
    expected = set()
    for stage, entry in STAGES[path].items():
        if "foreach" in entry:
            expected |= {f"{stage}@{name}" for name in foreach(path, entry)}
        else:
            expected.add(stage)
    assert set(LOCKS[path]) == expected


@pytest.mark.parametrize(("path", "stage"), LOCKED)
def test_the_committed_results_come_from_the_committed_code_and_parameters(path, stage):
    entry, folder = LOCKS[path][stage], (ROOT / path).parent
    for item in (*entry.get("deps", []), *entry.get("outs", [])):
        if not item["path"].startswith(NEVER_COMMITTED):
            assert content_hash(folder / item["path"]) == item["md5"], item["path"]
    for name, values in entry.get("params", {}).items():
        file = (folder / name).resolve().relative_to(ROOT).as_posix()
        for key, value in values.items():
            assert lookup(key, file) == value, key


def test_locks_and_results_speak_of_no_machine():
    tracked = [ROOT / "requirements.txt", *(ROOT / "requirements").iterdir()]
    tracked += [(ROOT / path).with_name("dvc.lock") for path in PIPELINES]
    for folder in ("metrics", "studies"):
        tracked += [path for path in (ROOT / folder).rglob("*") if path.suffix in {".csv", ".json"}]
    for path in tracked:
        text = path.read_text(encoding="utf-8")
        addresses = set(re.findall(r"\S+://\S+", text))
        assert addresses <= PUBLIC, path
        assert str(Path.home()) not in text, path
        assert not re.search(r"20\d\d-\d\d-\d\d", text), path


def test_every_package_is_pinned_with_its_hashes():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    packages = re.findall(r"^([a-z0-9-]+(?:\[[a-z0-9,-]+\])?)(.*)$", text, re.MULTILINE)
    assert len(packages) > 50
    assert all(rest.startswith("==") for _, rest in packages)
    names = [name for name, _ in packages]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_quote_the_committed_results(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")
    assert text == up_to_date(text), "`make quotes` writes what the pages quote"
    assert all(quoted.strip() for _, quoted in QUOTED.findall(text))


def test_some_page_quotes_each_table_of_results():
    quoted = {
        source: rows.count("\n|") > 2
        for page in PAGES
        for source, rows in QUOTED.findall(page.read_text(encoding="utf-8"))
        if "\n|" in rows
    }
    assert all(quoted.values())
    assert quoted.keys() >= {
        "metrics/summary/results.md",
        "studies/claims/results.md",
        "studies/networks/comparison/results.md",
        "studies/networks/convergence/results.md",
        "studies/seeds/gains/results.md",
        "studies/noise_ranges/matrix/results.md",
        "studies/mixtures/results.md",
        "studies/pictures/results.md",
        "studies/recipes/ranking/results.md",
        "studies/seeds/spread/results.md",
        "studies/ensembles/autoencoder/results.md",
        "studies/readings/autoencoder/results.md",
    }


def test_each_question_stands_with_its_verdict_on_the_page_of_results():
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    page = page.split("\n## Question by question\n")[1]
    for claim in read_claims(ROOT / CLAIMS):
        assert page.count(f"\n**{claim.question}**\n\nExpected of ") == 1


def test_no_recipe_that_was_tried_is_told_to_be_better_than_the_default():
    (claim,) = (claim for claim in read_claims(ROOT / CLAIMS) if claim.asks == "best recipe")
    studies = read_studies(ROOT / STUDIES)
    assert studies.candidate(claim.candidate).recipe == studies.pipeline.recipe
    judged = read_table(ROOT / "studies" / "claims" / "results.csv")
    judged = judged[judged["question"] == claim.question]
    assert len(judged) == len(studies.candidates) - 1
    assert set(judged["verdict"]) <= {"held", "undecided"}


def test_pages_show_the_table_that_make_repro_ends_with():
    command = [sys.executable, "-m", "tools.results"]
    printed = subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout
    for page in ("README.md", "docs/results.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert text.split("<!-- results -->\n")[1].split("<!-- end -->")[0] == printed


def test_the_page_names_the_model_that_auto_takes():
    advice = read_advice(ROOT)
    taken = {advice.best_for(strength) for strength, _ in advice.measured}
    page = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith("| `--model auto`"))
    assert row.endswith(f"always `{'` or `'.join(sorted(taken))}` |")


def test_each_training_ran_for_the_epochs_of_its_recipe():
    studies = read_studies(ROOT / STUDIES)
    recipes = studies.pipeline.recipes
    curves = {ROOT / "metrics" / "loss.csv": (studies.pipeline.train.recipe, 1)}
    of_studies = ROOT / "studies" / "losses"
    for name, training in studies.trainings.items():
        curves[of_studies / f"{name}.csv"] = training.recipe, len(training.seeds)
    curves[of_studies / "pictures.csv"] = studies.pictures.training.recipe, 1
    assert len(curves) > 10
    for path, (recipe, trainings) in curves.items():
        epochs = list(range(1, recipes[recipe].epochs + 1))
        assert read_table(path)["epoch"].tolist() == epochs * trainings, path


def test_the_certificates_are_shown():
    page = (ROOT / "docs" / "reproducibility.md").read_text(encoding="utf-8")
    shown = table(ROOT / FOLDER, ROOT)
    assert page.split("<!-- certificates -->\n")[1].split("<!-- end -->")[0] == shown
    assert len(shown.splitlines()) > 2


CERTIFICATES = sorted((ROOT / FOLDER).glob("*.json"))
SCHEMA = json.loads((ROOT / "docs" / "certificate.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", CERTIFICATES, ids=lambda path: path.stem)
def test_each_certificate_is_one(path):
    certificate = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(certificate, SCHEMA)
    assert str(Path.home()) not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"commit": "main"}, "'main' does not match"),
        ({"files": {}}, "{} should be non-empty"),
        ({"files": {"metrics/train.json": "fine"}}, "'fine' does not match"),
        ({"sha256": {"metrics/train.json": "abc"}}, "'abc' does not match"),
        ({"host": "my-laptop"}, "Additional properties are not allowed"),
    ],
)
def test_what_is_no_certificate_is_refused(change, why):
    certificate = json.loads(CERTIFICATES[0].read_text(encoding="utf-8"))
    with pytest.raises(jsonschema.ValidationError, match=re.escape(why)):
        jsonschema.validate(certificate | change, SCHEMA)


def test_pages_link_to_what_exists():
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_is_read_in_a_few_minutes():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_make_lists_each_of_its_targets_once():
    command = ["make", "--no-print-directory", "help"]  # what make says below another make
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert result.stderr == ""
    listed = [line.split()[1] for line in result.stdout.splitlines()]
    phony = re.search(
        r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )[1]
    assert sorted(listed) == sorted(phony.split())

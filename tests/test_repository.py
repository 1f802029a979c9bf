"""What is committed agrees with itself: dvc.yaml with the imports, dvc.lock with the tree."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from ruamel.yaml import YAML

from checks.certificates import FOLDER, table
from checks.imports import imported_files
from checks.plumbing import PLUMBING
from denoise.parameters import read_parameters
from search.recipes import read_candidates, summary
from sweep.matrix import tables
from sweep.study import read_study

ROOT = Path(__file__).parents[1]
YAML_FILES = YAML(typ="safe")
PIPELINE = YAML_FILES.load(ROOT / "dvc.yaml")["stages"]
COMPARISON = YAML_FILES.load(ROOT / "comparison" / "dvc.yaml")["stages"]
LOCKS = {
    folder: YAML_FILES.load(ROOT / folder / "dvc.lock")["stages"] for folder in ("", "comparison")
}
LOCKED = [(folder, stage) for folder, lock in LOCKS.items() for stage in lock]
PARAMETERS = YAML_FILES.load(ROOT / "params.yaml")


def lookup(key):
    value = PARAMETERS
    for part in key.split("."):
        value = value[part]
    return value


def folder_hash(folder):
    """The hash DVC gives a folder: of the list of its files and their hashes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listing = [
        {
            "md5": hashlib.md5(path.read_bytes()).hexdigest(),
            "relpath": path.relative_to(folder).as_posix(),
        }
        for path in files
    ]
    listing.sort(key=lambda entry: entry["relpath"])
    return hashlib.md5(json.dumps(listing).encode()).hexdigest() + ".dir"


def content_hash(path):
    return folder_hash(path) if path.is_dir() else hashlib.md5(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("stage", PIPELINE)
def test_a_stage_names_exactly_the_code_it_uses(stage):
    entry = PIPELINE[stage].get("do", PIPELINE[stage])
    named = [dep for dep in entry["deps"] if dep.endswith(".py")]
    assert named == imported_files(stage, ROOT)
    assert "stages/environment" in entry["deps"]  # which instructions it may use


@pytest.mark.parametrize("stage", COMPARISON)
def test_a_stage_of_the_comparison_names_the_code_that_computes(stage):
    entry = COMPARISON[stage].get("do", COMPARISON[stage])
    commands = [entry["cmd"]] if isinstance(entry["cmd"], str) else entry["cmd"]
    stages = [command.split()[1] for command in commands if command.startswith("stages/run")]
    imported = {file for name in stages for file in imported_files(name, ROOT)}
    named = [dep for dep in entry["deps"] if dep.endswith(".py")]
    assert named == sorted(file for file in imported if Path(file).stem not in PLUMBING)
    assert "stages/environment" in entry["deps"]


def test_packages_hold_no_code_that_no_stage_names():
    for package in ("denoise", "checks", "benchmarks", "search", "sweep"):
        assert re.fullmatch(r'"""[^"]*"""\n', (ROOT / package / "__init__.py").read_text())


def test_every_stage_is_locked():
    parameters = read_parameters(ROOT / "params.yaml")
    for lock, pipeline, names in (
        (LOCKS[""], PIPELINE, parameters.levels),
        (LOCKS["comparison"], COMPARISON, parameters.comparison),
    ):
        expected = set()
        for stage, entry in pipeline.items():
            expected |= {f"{stage}@{name}" for name in names} if "foreach" in entry else {stage}
        assert set(lock) == expected


@pytest.mark.parametrize(("folder", "stage"), LOCKED)
def test_the_committed_results_come_from_the_committed_code_and_parameters(folder, stage):
    entry = LOCKS[folder][stage]
    for item in (*entry.get("deps", []), *entry.get("outs", [])):
        if not item["path"].startswith("data/"):  # never committed
            assert content_hash(ROOT / item["path"]) == item["md5"], item["path"]
    for key, value in entry.get("params", {}).get("params.yaml", {}).items():
        assert lookup(key) == value, key


def test_locks_and_results_speak_of_no_machine():
    tracked = [
        ROOT / "dvc.lock",
        ROOT / "comparison" / "dvc.lock",
        ROOT / "requirements.txt",
        *(ROOT / "requirements").iterdir(),
    ]
    for folder in ("metrics", "comparison"):
        tracked += [path for path in (ROOT / folder).rglob("*") if path.suffix in {".csv", ".json"}]
    for path in tracked:
        text = path.read_text()
        addresses = set(re.findall(r"\S+://\S+", text))
        assert addresses <= set(PARAMETERS["prepare"]["sources"]), path  # MNIST's public mirrors
        assert str(Path.home()) not in text, path
        assert not re.search(r"20\d\d-\d\d-\d\d", text), path


def test_every_package_is_pinned_with_its_hashes():
    text = (ROOT / "requirements.txt").read_text()
    packages = re.findall(r"^([a-z0-9-]+(?:\[[a-z0-9,-]+\])?)(.*)$", text, re.MULTILINE)
    assert len(packages) > 50
    assert all(rest.startswith("==") for _, rest in packages)
    names = [name for name, _ in packages]
    assert len(names) == len(set(names))


def test_the_readme_quotes_the_committed_results():
    readme = (ROOT / "README.md").read_text()
    quoted = readme.split("<!-- results -->")[1].split("<!-- /results -->")[0]
    rows = [line for line in quoted.splitlines() if line.startswith("|")]
    committed = (ROOT / "comparison" / "results.md").read_text().splitlines()
    assert len(rows) >= 2 + 6
    assert [row for row in rows if row not in committed] == []
    margins = (ROOT / "comparison" / "margins.md").read_text().splitlines()
    quoted = readme.split("<!-- margins -->")[1].split("<!-- /margins -->")[0]
    rows = [line for line in quoted.splitlines() if line.startswith("|")]
    assert len(rows) >= 2 + 7
    assert [row for row in rows if row not in margins] == []


def test_the_readme_shows_the_certificates(monkeypatch):
    monkeypatch.chdir(ROOT)
    quoted = (ROOT / "README.md").read_text().split("<!-- certificates -->\n")[1]
    assert quoted.split("<!-- /certificates -->")[0] == table(FOLDER)
    assert len(table(FOLDER).splitlines()) > 2


def test_the_study_of_training_noise_is_of_the_committed_code_and_settings():
    results = pd.read_csv(ROOT / "sweep" / "results.csv")
    experiments = read_study(ROOT / "sweep" / "settings.yaml")
    assert list(dict.fromkeys(results["setting"])) == [each.setting for each in experiments]
    for experiment in experiments:
        rows = results[results["setting"] == experiment.setting]
        assert set(rows["made_of"]) == {experiment.made_of}
        assert rows["level"].to_list() == sorted(PARAMETERS["levels"])
    assert tables(results) in (ROOT / "docs" / "noise-settings.md").read_text()


def test_the_search_is_of_the_committed_candidates():
    results = pd.read_csv(ROOT / "search" / "results.csv")
    candidates = read_candidates(ROOT / "search" / "candidates.yaml")
    asked = [(name, seed) for name, each in candidates.items() for seed in each.seeds]
    assert list(results[["name", "seed"]].itertuples(index=False, name=None)) == asked
    assert (ROOT / "search" / "results.md").read_text() == summary(results) + "\n"


def test_make_lists_each_of_its_targets_once():
    command = ["make", "--no-print-directory", "help"]  # what make says below another make
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    listed = [line.split()[1] for line in result.stdout.splitlines()]
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert sorted(listed) == sorted(phony.split())

"""What is committed agrees with itself: dvc.yaml with the imports, dvc.lock with the tree."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.dvc_hash import folder_hash
from tools.certificates import FOLDER, table
from tools.stage_deps import PIPELINES, with_deps

ROOT = Path(__file__).parents[1]
YAML_FILES = YAML(typ="safe")
STAGES = {path: YAML_FILES.load(ROOT / path)["stages"] for path in PIPELINES}
LOCKS = {path: YAML_FILES.load((ROOT / path).with_name("dvc.lock"))["stages"] for path in PIPELINES}
LOCKED = [(path, stage) for path, lock in LOCKS.items() for stage in lock]
PARAMETERS = YAML_FILES.load(ROOT / "params.yaml")
MNIST = PARAMETERS["datasets"]["mnist"]
PUBLIC = {*MNIST["sources"], *MNIST["about"].values()}  # its mirrors, home and licence
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
QUOTE = re.compile(r"<!-- from (\S+) -->\n(.*?)<!-- end -->", re.DOTALL)
QUOTES = [(page.name, *quote) for page in PAGES for quote in QUOTE.findall(page.read_text())]


def lookup(key):
    value = PARAMETERS
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
    text = (ROOT / path).read_text()
    assert text == with_deps(text, ROOT), "`make deps` writes what the stages import"


def test_packages_hold_no_code_that_no_stage_names():
    packages = [path for path in ROOT.glob("*/**/__init__.py") if ".venv" not in path.parts]
    assert len(packages) > 15
    for path in packages:
        assert re.fullmatch(r'"""[^"]*"""\n', path.read_text()), path


@pytest.mark.parametrize("path", PIPELINES)
def test_every_stage_is_locked(path):
    expected = set()
    for stage, entry in STAGES[path].items():
        if "foreach" in entry:
            expected |= {f"{stage}@{name}" for name in lookup(entry["foreach"][2:-1])}
        else:
            expected.add(stage)
    assert set(LOCKS[path]) == expected


@pytest.mark.parametrize(("path", "stage"), LOCKED)
def test_the_committed_results_come_from_the_committed_code_and_parameters(path, stage):
    entry = LOCKS[path][stage]
    for item in (*entry.get("deps", []), *entry.get("outs", [])):
        if not item["path"].startswith("data/"):  # never committed
            assert content_hash(ROOT / item["path"]) == item["md5"], item["path"]
    for key, value in entry.get("params", {}).get("params.yaml", {}).items():
        assert lookup(key) == value, key


def test_locks_and_results_speak_of_no_machine():
    tracked = [ROOT / "requirements.txt", *(ROOT / "requirements").iterdir()]
    tracked += [(ROOT / path).with_name("dvc.lock") for path in PIPELINES]
    for folder in ("metrics", "studies"):
        tracked += [path for path in (ROOT / folder).rglob("*") if path.suffix in {".csv", ".json"}]
    for path in tracked:
        text = path.read_text()
        addresses = set(re.findall(r"\S+://\S+", text))
        assert addresses <= PUBLIC, path
        assert str(Path.home()) not in text, path
        assert not re.search(r"20\d\d-\d\d-\d\d", text), path


def test_every_package_is_pinned_with_its_hashes():
    text = (ROOT / "requirements.txt").read_text()
    packages = re.findall(r"^([a-z0-9-]+(?:\[[a-z0-9,-]+\])?)(.*)$", text, re.MULTILINE)
    assert len(packages) > 50
    assert all(rest.startswith("==") for _, rest in packages)
    names = [name for name, _ in packages]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("page", "source", "quoted"), QUOTES)
def test_pages_quote_the_committed_results(page, source, quoted):
    rows = [line for line in quoted.splitlines() if line.startswith("|")]
    committed = (ROOT / source).read_text().splitlines()
    assert len(rows) > 2
    assert [row for row in rows if row not in committed] == []


def test_some_page_quotes_each_table_of_results():
    assert {source for _, source, _ in QUOTES} >= {
        "metrics/summary/results.md",
        "studies/networks/comparison/results.md",
        "studies/networks/convergence/results.md",
        "studies/seeds/gains/results.md",
        "studies/noise_ranges/matrix/results.md",
        "studies/recipes/ranking/results.md",
        "studies/seeds/spread/results.md",
    }


def test_the_readme_shows_the_table_that_make_repro_ends_with():
    command = [sys.executable, "-m", "tools.results"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    readme = (ROOT / "README.md").read_text()
    assert readme.split("<!-- results -->\n")[1].split("<!-- end -->")[0] == printed


def test_the_certificates_are_shown():
    page = (ROOT / "docs" / "reproducibility.md").read_text()
    shown = table(ROOT / FOLDER)
    assert page.split("<!-- certificates -->\n")[1].split("<!-- end -->")[0] == shown
    assert len(shown.splitlines()) > 2


def test_pages_link_to_what_exists():
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_is_read_in_a_few_minutes():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_make_lists_each_of_its_targets_once():
    command = ["make", "--no-print-directory", "help"]  # what make says below another make
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    listed = [line.split()[1] for line in result.stdout.splitlines()]
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    assert sorted(listed) == sorted(phony.split())

"""The docstring of each package names the stages that dvc.yaml and studies/dvc.yaml give it."""

import ast
import re
from pathlib import Path

import pytest

from denoise.io.dvc_files import read_dvc_file

ROOT = Path(__file__).parents[2]
PACKAGES = {path.parent.name: path for path in ROOT.glob("denoise/*/__init__.py")}
PIPELINES = {"Stages": "dvc.yaml", "Studies": "studies/dvc.yaml"}


def docstring(path):
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def named(heading, package):
    """The stages after ``heading`` in a package's docstring; none where it has no such line."""
    found = re.search(rf"^{heading}: ([\w,\s]+)\.$", docstring(PACKAGES[package]), re.MULTILINE)
    return set(re.split(r",\s+", found[1])) if found else set()


@pytest.mark.parametrize("heading", PIPELINES)
@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_names_the_stages_that_have_it_in_their_deps(package, heading):
    stages = read_dvc_file(ROOT / PIPELINES[heading])["stages"]
    using = {
        name
        for name, entry in stages.items()
        for dep in entry.get("do", entry).get("deps", [])
        if f"{dep.removeprefix('../')}/".startswith(f"denoise/{package}/")
    }
    assert named(heading, package) == ({"all"} if using == set(stages) else using)


def test_the_map_of_the_library_names_every_package_once():
    entries = re.findall(r"^- `denoise\.(\w+)`: ", docstring(ROOT / "denoise/__init__.py"), re.M)
    assert sorted(entries) == sorted(PACKAGES)

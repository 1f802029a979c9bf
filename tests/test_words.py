"""What messages and pages name exists: every dotted key is one of a file of parameters."""

import ast
import importlib.util
import re
import types
import typing
from pathlib import Path

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from denoise.io.parameters.datasets import Datasets
from denoise.io.parameters.pipeline import Parameters

ROOT = Path(__file__).parents[1]
FOLDERS = ("apps", "denoise", "stages", "tools")
CODE = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
DOTTED = re.compile(r"(?<![\w/.$~-])[a-z*][\w*/-]*(?:\.[a-z*][\w*/-]*)+(?![\w(])")
FILES = {"gz", "html", "jpg", "json", "keras", "lock", "md", "npy", "npz", "onnx", "png", "py"}
FILES |= {"css", "csv", "ipynb", "pdf", "tif", "toml", "txt", "yaml", "zip"}


def keys_of(kind):
    """The dotted keys below a type of parameters, ``*`` for any name."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            below = list(keys_of(field.annotation))
            yield from below if name == "root" else (name, *(f"{name}.{key}" for key in below))
    elif typing.get_origin(kind) is dict:
        yield from ("*", *(f"*.{key}" for key in keys_of(typing.get_args(kind)[1])))
    elif typing.get_origin(kind) in (typing.Annotated, typing.Union, types.UnionType):
        for choice in typing.get_args(kind):
            yield from keys_of(choice)


def keys_in(content):
    """The dotted keys of a file as it stands."""
    if isinstance(content, dict):
        for name, value in content.items():
            yield from (name, *(f"{name}.{key}" for key in keys_in(value)))


KNOWN = {*keys_of(Parameters), *keys_of(Datasets)}
for file in ("datasets.yaml", "studies/params.yaml"):
    KNOWN |= {*keys_in(YAML(typ="safe").load(ROOT / file))}


def sentences(path):
    """The texts of more than a word in a program, ``*`` for what is filled in; no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    skipped = {id(value) for value in statements}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
            skipped |= {id(part) for part in node.values}
            text = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if " " in text and id(node) not in skipped:
            yield text


def named_keys(text):
    """The dotted words of a text that are no file and nothing of a Python package."""
    for word in DOTTED.findall(text):
        first, last = word.split(".")[0], word.rsplit(".")[-1]
        if last not in FILES and (first == "*" or not importlib.util.find_spec(first)):
            yield word


def is_known(key):
    """Whether a key is one of the known ones; a ``*`` in it may stand for several names."""
    filled_in = re.escape(key).replace(r"\*", ".+")
    for known in KNOWN:
        any_name = re.escape(known).replace(r"\.\*", r"\.[^.]+")
        if re.fullmatch(any_name, key) or re.fullmatch(filled_in, known):
            return True
    return False


def test_messages_name_keys_that_exist():
    found = {
        (path.relative_to(ROOT).as_posix(), key)
        for path in CODE
        for text in sentences(path)
        for key in named_keys(text)
    }
    assert len(found) > 5
    assert {(path, key) for path, key in found if not is_known(key)} == set()


def test_pages_name_keys_that_exist():
    found = {
        (path.name, key)
        for path in PAGES
        for code in re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8"))
        for key in named_keys(code)
    }
    assert len(found) > 5
    assert {(path, key) for path, key in found if not is_known(key)} == set()


@pytest.mark.parametrize("key", ["train.backend", "*.noise.kind", "recipes.swift.epochs", "*.path"])
def test_such_a_key_exists(key):
    assert is_known(key)


@pytest.mark.parametrize("key", ["report.digit", "prepare.sources", "recipes.swift.size"])
def test_such_a_key_does_not(key):
    assert not is_known(key)


# Numbers that are measured look so: with decimals, in thousands, or as a share or a multiple.
MEASURED = re.compile(r"(?<![\w.,])\d+\.\d+(?![\w.])|(?<![\w.])\d{1,3}(?:,\d{3})+|\d+ times\b")
# Versions, licences, and what the makers of GPUs publish.
PUBLISHED = {"2.0", "3.0", "3.11", "3.12", "3.13", "3.35", "3.4", "4.0", "4.8", "12.8"}
# The pages that no program writes.
BY_HAND = [page for page in PAGES if page.name != "model-card.md"]


def values_of(content):
    """All numbers of a file of parameters, as prose writes them."""
    if isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            yield from values_of(value)
    elif isinstance(content, int | float):
        yield from (f"{float(content)}", f"{content:,}")


def prose(text):
    """A page without what programs print, code, tables and addresses."""
    text = re.sub(r"<!-- (?!end)[^>]*-->.*?<!-- (end|/[a-z0-9-]+) -->", "", text, flags=re.DOTALL)
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"`[^`]*`|\]\([^)]*\)|^\|.*$", " ", text, flags=re.MULTILINE)
    return text


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.name)
def test_no_measured_number_stands_outside_of_what_a_program_wrote(page):
    chosen = {"4,385"}  # weights of the network, which another test counts
    for file in ("params.yaml", "datasets.yaml", "studies/params.yaml"):
        chosen |= {*values_of(YAML(typ="safe").load(ROOT / file))}
    lines = prose(page.read_text(encoding="utf-8")).splitlines()
    found = {
        (number, line)
        for line in lines
        for number in MEASURED.findall(line)
        if number not in chosen | PUBLISHED
    }
    assert found == set()


def test_a_measured_number_is_seen_in_prose_alone():
    text = "It is 1.03 dB better, in 62 times fewer, of 10,234.\n`1.5` and\n| 1.5 |\n"
    quoted = "<!-- from a.md -->\n1.5\n<!-- end -->\n```\n1.5\n```\n"
    assert MEASURED.findall(prose(text + quoted)) == ["1.03", "62 times", "10,234"]


ONE, MEAN = (
    "`autoencoder` is one training, with seed 2019",
    "`autoencoder` is the mean of five trainings",
)
SAYS_WHICH = {  # what stands for the network in the tables of a file
    "metrics/summary/results.md": ONE,
    "studies/claims/results.md": MEAN,
    "studies/networks/comparison/results.md": MEAN,
    "studies/networks/convergence/results.md": MEAN,
    "studies/seeds/gains/results.md": MEAN,
    "studies/seeds/spread/results.md": MEAN,
}


@pytest.mark.parametrize("page", BY_HAND, ids=lambda page: page.name)
def test_each_section_says_whether_the_network_is_one_training_or_a_mean(page):
    text = page.read_text(encoding="utf-8")
    for section in re.split(r"^##+ ", text, flags=re.MULTILINE):
        quotes = re.findall(r"<!-- ([^>]+) -->\n(.*?)<!-- end -->", section, re.DOTALL)
        for mark, quoted in quotes:
            if mark == "results":
                assert ONE in quoted
            elif "autoencoder" in quoted and (file := re.search(r"from ([^\s|]+)", mark)):
                said = " ".join(section.replace(quoted, "").split())
                assert SAYS_WHICH[file[1]] in said, mark

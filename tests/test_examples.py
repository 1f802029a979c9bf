"""The examples of docstrings give what they say; a new one is found by itself."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("apps", "denoise", "stages", "tools")
EXAMPLE = re.compile(r"^ *>>> ", re.MULTILINE)
MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if EXAMPLE.search(path.read_text(encoding="utf-8"))
]
CALLED = {
    "denoise.corruption.corrupt": ["corrupt", "gaussian_blur"],
    "denoise.corruption.white_noise": ["WhiteNoise"],
    "denoise.evaluation.metrics": ["measure", "means", "means_with_intervals", "psnr", "ssim"],
    "denoise.inference.api": [
        "committed_models",
        "denoise_images",
        "denoise_with_uncertainty",
        "load_model",
    ],
}


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0  # or the example stands where doctest does not look
    assert result.failed == 0


@pytest.mark.parametrize(("module", "names"), CALLED.items())
def test_what_people_call_has_an_example(module, names):
    library = importlib.import_module(module)
    assert [name for name in names if ">>>" not in getattr(library, name).__doc__] == []

"""The demo with scikit-learn's digits, as a clone under test has no MNIST."""

from pathlib import Path

import pytest

from apps.demo.playground import Playground
from apps.demo.server import build_app
from denoise.datasets.sklearn_digits import find_digits
from denoise.io.parameters.pipeline import read_parameters

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="package")
def playground():
    playground = Playground(read_parameters(ROOT / "params.yaml"), ROOT)
    playground.__dict__["test_images"] = find_digits()["test_images"][:20]
    playground.learn_from(find_digits()["train_images"])
    return playground


@pytest.fixture(scope="package")
def client(playground):
    return build_app(playground).test_client()

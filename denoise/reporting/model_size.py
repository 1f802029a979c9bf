"""How many weights a model has."""

import math
from pathlib import Path

import onnx


def count_weights(model: Path) -> int:
    """Return the number of trained values, kernels and biases, in a ``model.onnx`` of ours."""
    weights = onnx.load(model).graph.initializer
    return sum(math.prod(each.dims) for each in weights if each.name.endswith((".kernel", ".bias")))

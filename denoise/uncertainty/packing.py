"""Several trained networks as one ONNX model: their mean, and how far they lie apart.

After B. Lakshminarayanan et al., "Simple and Scalable Predictive Uncertainty Estimation using Deep
Ensembles" (2017).
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import compose, helper, numpy_helper

from denoise.io.atomic import atomic_file
from denoise.io.errors import InputError


def pack_members(members: Sequence[Path]) -> onnx.ModelProto:
    """Join models that `denoise.export.onnx_export` wrote, each from images to images of one size.

    Parameters
    ----------
    members : Sequence[Path]
        Two ``.onnx`` files or more.

    Returns
    -------
    onnx.ModelProto
        Input ``"input"``; outputs ``"output"``, the mean over members, and ``"deviation"``, their
        standard deviation (that of a sample, divided by one less than there are), both float32
        (n, height, width, 1).

    Raises
    ------
    InputError
        When there are fewer than two, or they take images of different sizes.
    """
    if len(members) < 2:
        raise InputError(f"an ensemble has two members or more, and there are {len(members)}")
    models = [onnx.load(path) for path in members]
    (given,) = models[0].graph.input
    for path, model in zip(members, models, strict=True):
        if list(model.graph.input) != [given]:
            raise InputError(f"{path} takes other images than {members[0]}: they cannot be joined")
    nodes, weights = [], [numpy_helper.from_array(_scale(len(models)), "deviation.scale")]
    for number, model in enumerate(models, start=1):
        graph = compose.add_prefix_graph(model.graph, f"{number}.", rename_inputs=False)
        nodes += graph.node
        weights += graph.initializer
    outputs = [f"{number}.output" for number in range(1, len(models) + 1)]
    nodes += [
        helper.make_node("Concat", outputs, ["members"], "members", axis=-1),
        helper.make_node("ReduceMean", ["members"], ["output"], "output", axes=[-1]),
        helper.make_node("Sub", ["members", "output"], ["differences"], "differences"),
        helper.make_node("ReduceL2", ["differences"], ["distance"], "distance", axes=[-1]),
        helper.make_node("Mul", ["distance", "deviation.scale"], ["deviation"], "deviation"),
    ]
    (output,) = models[0].graph.output
    deviation = onnx.ValueInfoProto()
    deviation.CopyFrom(output)
    deviation.name = "deviation"
    packed = helper.make_model(
        helper.make_graph(nodes, "ensemble", [given], [output, deviation], weights),
        producer_name="denoise",
        opset_imports=models[0].opset_import,
        ir_version=models[0].ir_version,
    )
    onnx.checker.check_model(packed, full_check=True)
    return packed


def write_packed(packed: onnx.ModelProto, metadata: Mapping[str, str], path: Path) -> None:
    """Write a model with its metadata, always in the same bytes."""
    del packed.metadata_props[:]
    helper.set_model_props(packed, dict(sorted(metadata.items())))
    with atomic_file(path) as partial:
        partial.write_bytes(packed.SerializeToString(deterministic=True))


def _scale(members: int) -> np.ndarray:
    return np.float32(1 / math.sqrt(members - 1))

"""The ONNX twin of a sequential Keras model, node by node.

`keras.Model.export` names nodes differently every time; this graph is the same bytes for the
same weights, and has one node for each thing the layers do. Images are (n, height, width,
channels) outside, as in Keras, and (n, channels, height, width) inside, as ONNX wants.
"""

from pathlib import Path

import keras
import numpy as np
import onnx
from keras import layers
from onnx import helper, numpy_helper

from denoise.atomic import atomic_file

OPSET = 17
IR_VERSION = 8  # the one of opset 17: older runtimes refuse a newer file
ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax"}


def export_onnx(model: keras.Sequential, path: Path) -> None:
    """Write ``model`` to ``path`` as ONNX, input ``"input"`` and output ``"output"``, float32.

    Raises
    ------
    TypeError
        when a layer is of a kind that has no translation here.
    """
    graph = _Graph()
    graph.add("Transpose", perm=[0, 3, 1, 2])
    for layer in model.layers:
        _translate(layer, graph)
    if len(model.output_shape) == 4:
        graph.add("Transpose", perm=[0, 2, 3, 1])
    graph.nodes[-1].output[0] = "output"
    proto = helper.make_model(
        helper.make_graph(
            graph.nodes,
            model.name,
            [_value("input", model.input_shape)],
            [_value("output", model.output_shape)],
            graph.weights,
        ),
        producer_name="denoise",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(proto, full_check=True)
    with atomic_file(path) as partial:
        partial.write_bytes(proto.SerializeToString(deterministic=True))


class _Graph:
    """A chain of nodes: each takes what the one before it gives."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, kind: str, *inputs: str, **attributes) -> None:
        previous = self.nodes[-1].output[0] if self.nodes else "input"
        name = f"{len(self.nodes):02d}_{kind.lower()}"
        self.nodes.append(
            helper.make_node(kind, [previous, *inputs], [name], name=name, **attributes)
        )

    def weight(self, name: str, array: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name


def _translate(layer: layers.Layer, graph: _Graph) -> None:
    match layer:
        case layers.Conv2D():
            kernel, bias = (np.asarray(w) for w in layer.get_weights())
            graph.add(
                "Conv",
                graph.weight(f"{layer.name}.kernel", kernel.transpose(3, 2, 0, 1)),
                graph.weight(f"{layer.name}.bias", bias),
                kernel_shape=list(layer.kernel_size),
                auto_pad="SAME_UPPER" if layer.padding == "same" else "VALID",
            )
            graph.add(ACTIVATIONS[layer.activation.__name__])
        case layers.MaxPooling2D():
            graph.add(
                "MaxPool",
                kernel_shape=list(layer.pool_size),
                strides=list(layer.strides),
                auto_pad="SAME_UPPER" if layer.padding == "same" else "VALID",
            )
        case layers.UpSampling2D():
            scales = graph.weight(f"{layer.name}.scales", np.float32([1, 1, *layer.size]))
            graph.add(
                "Resize",
                "",
                scales,
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            )
        case layers.Flatten():
            graph.add("Transpose", perm=[0, 2, 3, 1])  # Keras flattens channels last
            graph.add("Flatten", axis=1)
        case layers.Dense():
            kernel, bias = (np.asarray(w) for w in layer.get_weights())
            graph.add(
                "Gemm",
                graph.weight(f"{layer.name}.kernel", kernel),
                graph.weight(f"{layer.name}.bias", bias),
            )
            graph.add(ACTIVATIONS[layer.activation.__name__])
        case layers.Dropout():
            pass  # only training drops
        case _:
            raise TypeError(f"layer {layer.name!r} has no ONNX translation: {type(layer).__name__}")


def _value(name: str, shape: tuple[int | None, ...]) -> onnx.ValueInfoProto:
    dimensions = ["n" if size is None else size for size in shape]
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, dimensions)

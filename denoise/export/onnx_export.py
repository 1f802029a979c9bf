"""A Keras model translated to ONNX, node by node.

`keras.Model.export` names nodes differently every time; this graph is the same bytes for the
same weights, and what a layer gives has the layer's name. Images are (n, height, width, channels)
outside, as in Keras, and (n, channels, height, width) inside, as ONNX wants.
"""

from pathlib import Path

import keras
import numpy as np
import onnx
from keras import layers
from onnx import helper, numpy_helper

from denoise.io.atomic import atomic_file
from denoise.onnx_model import TAKES, TILES

OPSET = 17
IR_VERSION = 8  # the one of opset 17: older runtimes refuse a newer file
ACTIVATIONS = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax"}
CHANNELS, HEIGHT, WIDTH = 1, 2, 3  # axes inside
INSIDE = {1: HEIGHT, 2: WIDTH, 3: CHANNELS, -1: CHANNELS}  # by Keras' axes outside


def export_onnx(model: keras.Model, path: Path, tiles: bool = False) -> None:
    """Write ``model`` to ``path`` as ONNX, input ``"input"`` and output ``"output"``, float32.

    The model has one input and one output, and uses each of its layers once.

    Parameters
    ----------
    model : keras.Model
        The network.
    path : Path
        Of the file.
    tiles : bool
        Whether it was trained on parts of pictures, so that larger pictures are to be denoised tile
        by tile. The file's metadata then say so; without such an entry, a model takes wholes.

    Raises
    ------
    TypeError
        when a layer is of a kind that has no translation here.
    """
    graph = _Graph()
    first = graph.add("Transpose", ["input"], "channels_first", perm=[0, 3, 1, 2])
    names = {id(model.inputs[0]): first}
    for layer in model.layers:
        if not isinstance(layer, layers.InputLayer):
            inputs = [names[id(tensor)] for tensor in keras.tree.flatten(layer.input)]
            names[id(layer.output)] = _translate(layer, inputs, graph)
    if len(model.output_shape) == 4:
        graph.add("Transpose", [names[id(model.outputs[0])]], "output", perm=[0, 2, 3, 1])
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
    if tiles:
        helper.set_model_props(proto, {TAKES: TILES})
    onnx.checker.check_model(proto, full_check=True)
    with atomic_file(path) as partial:
        partial.write_bytes(proto.SerializeToString(deterministic=True))


class _Graph:
    """Nodes in the order they are computed, and the weights they use."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: list[str], name: str, **attributes) -> str:
        """Add a node; the name of what it gives, which is its own."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name: str, array: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name


def _translate(layer: layers.Layer, inputs: list[str], graph: _Graph) -> str:
    """Add the nodes of a layer to the graph; the name of what the last gives."""
    match layer:
        case layers.Conv2DTranspose():
            # Keras' "same" leaves out what hangs over at the end.
            over = [
                size - step for size, step in zip(layer.kernel_size, layer.strides, strict=True)
            ]
            return _with_activation("ConvTranspose", layer, inputs, graph, pads=[0, 0, *over])
        case layers.Conv2D():
            return _with_activation("Conv", layer, inputs, graph, auto_pad=_padding(layer))
        case layers.MaxPooling2D():
            return graph.add(
                "MaxPool",
                inputs,
                layer.name,
                kernel_shape=list(layer.pool_size),
                strides=list(layer.strides),
                auto_pad=_padding(layer),
            )
        case layers.UpSampling2D():
            scales = graph.weight(f"{layer.name}.scales", np.float32([1, 1, *layer.size]))
            return graph.add(
                "Resize",
                [*inputs, "", scales],
                layer.name,
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            )
        case layers.Cropping2D():
            (top, bottom), (left, right) = layer.cropping
            _, height, width, _ = layer.input.shape
            bounds = {
                "starts": [top, left],
                "ends": [height - bottom, width - right],
                "axes": [HEIGHT, WIDTH],
            }
            names = [graph.weight(f"{layer.name}.{k}", np.int64(v)) for k, v in bounds.items()]
            return graph.add("Slice", [*inputs, *names], layer.name)
        case layers.Concatenate():
            return graph.add("Concat", inputs, layer.name, axis=INSIDE[layer.axis])
        case layers.Flatten():
            # Keras flattens channels last.
            last = graph.add("Transpose", inputs, f"{layer.name}.channels_last", perm=[0, 2, 3, 1])
            return graph.add("Flatten", [last], layer.name, axis=1)
        case layers.Dense():
            return _with_activation("Gemm", layer, inputs, graph)
        case layers.Dropout():
            return inputs[0]  # only training drops
        case _:
            raise TypeError(f"layer {layer.name!r} has no ONNX translation: {type(layer).__name__}")


def _with_activation(
    kind: str, layer: layers.Layer, inputs: list[str], graph: _Graph, **attributes
) -> str:
    """Return a node with the layer's weights, and one for its activation where it has any."""
    kernel, bias = (np.asarray(weight) for weight in layer.get_weights())
    if kernel.ndim == 4:
        # (height, width, in, out) to (out, in, height, width). A transposed convolution has out
        # and in the other way round, in both libraries.
        kernel = kernel.transpose(3, 2, 0, 1)
        attributes |= {"kernel_shape": list(layer.kernel_size), "strides": list(layer.strides)}
    weights = [
        graph.weight(f"{layer.name}.kernel", kernel),
        graph.weight(f"{layer.name}.bias", bias),
    ]
    activation = layer.activation.__name__
    if activation == "linear":
        return graph.add(kind, [*inputs, *weights], layer.name, **attributes)
    linear = graph.add(kind, [*inputs, *weights], f"{layer.name}.linear", **attributes)
    return graph.add(ACTIVATIONS[activation], [linear], layer.name)


def _padding(layer: layers.Layer) -> str:
    return "SAME_UPPER" if layer.padding == "same" else "VALID"


def _value(name: str, shape: tuple[int | None, ...]) -> onnx.ValueInfoProto:
    dimensions = ["n" if size is None else size for size in shape]
    return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, dimensions)

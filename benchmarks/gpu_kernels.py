"""What a GPU would run of a TensorFlow graph, by the kernels that TensorFlow itself registers."""

import tensorflow as tf
from tensorflow.python.framework import kernels, op_def_registry

DEVICES = ("GPU", "DEFAULT")  # a kernel of the second kind serves every device
# What they give is a view of what they are given, or nothing.
VIEWS = {"Const", "ExpandDims", "Identity", "IdentityN", "NoOp", "ReadVariableOp", "Reshape"} | {
    "Squeeze",
    "While",
    "_Retval",
}

# TensorFlow 2.21 has no kernel of these for a GPU that repeats bit by bit, and so fails at them
# when determinism is on: those of its messages that name an operation.
NOT_REPEATABLE = {
    "AdjustContrast",
    "AdjustContrastv2",
    "Bincount",
    "CropAndResizeGradBoxes",
    "CropAndResizeGradImage",
    "DenseBincount",
    "Dilation2DBackpropFilter",
    "Dilation2DBackpropInput",
    "FakeQuantWithMinMaxVarsGradient",
    "FakeQuantWithMinMaxVarsPerChannelGradient",
    "MaxPoolGradWithArgmax",
    "ResizeNearestNeighborGrad",
    "SoftmaxCrossEntropyWithLogits",
    "SparseSoftmaxCrossEntropyWithLogits",
    "SparseTensorDenseMatMul",
}


def operations(graph) -> list:
    """Return the nodes of a graph, and of its functions, in which the bodies of loops are."""
    return [*graph.node, *(node for each in graph.library.function for node in each.node_def)]


def on_the_host(graph) -> set[tuple[str, str]]:
    """Return the operations that would take images, weights or gradients from a GPU to the host.

    Returns
    -------
    set of tuples
        The operation and the type of data: where no kernel for a GPU is registered, or only one
        that keeps such data on the host. Shapes and sample numbers, integers of 32 or 64 bits, are
        meant to be there.
    """
    found = set()
    for node in operations(graph):
        kernel = _gpu_kernel(node)
        kinds = _types(node, op_def_registry.get(node.op))
        there = kinds.values() if kernel is None else map(kinds.get, kernel.host_memory_arg)
        found |= {(node.op, kind.name) for kind in there if kind.is_floating or kind == tf.uint8}
    return found


def not_repeatable(graph) -> set[str]:
    """Return the operations at which a GPU would fail with determinism on."""
    return {node.op for node in operations(graph)} & NOT_REPEATABLE


def launches(graph) -> int:
    """Count the operations that launch work on a GPU: what they give is computed and kept there."""
    count = 0
    for node in operations(graph):
        kernel, outputs = _gpu_kernel(node), op_def_registry.get(node.op).output_arg
        kept = {argument.name for argument in outputs} - set(
            kernel.host_memory_arg if kernel else ()
        )
        writes = node.op.startswith("Assign")  # to a variable, and gives nothing
        count += kernel is not None and node.op not in VIEWS and (writes or bool(kept))
    return count


def _gpu_kernel(node):
    found = kernels.get_registered_kernels_for_op(node.op).kernel
    for kernel in sorted(found, key=lambda each: each.device_type == "DEFAULT"):
        if kernel.device_type in DEVICES and all(
            node.attr[limit.name].type in limit.allowed_values.list.type
            for limit in kernel.constraint
        ):
            return kernel
    return None


def _types(node, definition) -> dict[str, tf.DType]:
    """Types of a node's inputs and outputs by their names, of the first in each list."""
    kinds = {}
    for argument in (*definition.input_arg, *definition.output_arg):
        if argument.type_list_attr:
            kind = next(iter(node.attr[argument.type_list_attr].list.type), None)
        else:
            kind = node.attr[argument.type_attr].type if argument.type_attr else argument.type
        if kind:
            kinds[argument.name] = tf.as_dtype(kind)
    return kinds

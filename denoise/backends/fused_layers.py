"""The same network with fuller convolutions on the way up, for training on a CPU with TensorFlow.

Nearest-neighbour upsampling by 2 followed by a 3x3 convolution is a convolution at the low
resolution to four times the channels, one for each copy of a pixel, then depth-to-space: exactly,
but for float32 rounding. It multiplies each pixel once instead of four times, and its channels fill
a vector unit. The kernels are built from the plain layers' own weights at every step, so training
the fused model trains the plain one.
"""

from collections import defaultdict

import keras
import tensorflow as tf
from keras import layers


def fuse(model: keras.Model) -> keras.Model:
    """Return a model that computes what ``model`` computes and shares its weights.

    Every upsampling that only a 3x3 convolution follows is fused with it; other layers are used
    as they are.
    """
    users = defaultdict(list)  # of each tensor
    for layer in model.layers:
        if not isinstance(layer, layers.InputLayer):
            for tensor in keras.tree.flatten(layer.input):
                users[id(tensor)].append(layer)
    start = keras.Input(model.input_shape[1:])
    values = {id(model.inputs[0]): start}
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer) or id(layer.output) in values:
            continue  # the second of a fused pair
        inputs = [values[id(tensor)] for tensor in keras.tree.flatten(layer.input)]
        user = users[id(layer.output)][0] if len(users[id(layer.output)]) == 1 else None
        if _upsamples(layer) and _convolves_3x3(user):
            values[id(user.output)] = UpsampleAndConvolve(user)(inputs[0])
        else:
            values[id(layer.output)] = layer(inputs[0] if len(inputs) == 1 else inputs)
    return keras.Model(start, values[id(model.outputs[0])], name=f"fused_{model.name}")


class UpsampleAndConvolve(layers.Layer):
    """Nearest-neighbour 2x upsampling and the 3x3 convolution after it, padded or not."""

    def __init__(self, convolution: layers.Conv2D) -> None:
        super().__init__(name=f"upsample_and_{convolution.name}")
        self.convolution = convolution

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """(n, h, w, c) to (n, 2h, 2w, filters), or (n, 2h - 2, 2w - 2, filters) unpadded."""
        kernel, bias = self.convolution.kernel, self.convolution.bias
        padding = self.convolution.padding.upper()
        phases = [
            column for row in _phases(kernel, 0, padding) for column in _phases(row, 1, padding)
        ]
        responses = tf.nn.conv2d(images, tf.concat(phases, axis=3), strides=1, padding=padding)
        responses = tf.nn.bias_add(responses, tf.tile(bias, [len(phases)]))
        # A sigmoid comes last: Keras' loss finds the logits of a model that ends with one.
        return self.convolution.activation(tf.nn.depth_to_space(responses, 2))


def _phases(kernel: tf.Tensor, axis: int, padding: str) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the kernels of the first and the second copy of a pixel, along one axis of 3 taps."""
    before, centre, after = tf.split(kernel, 3, axis)
    # Where two taps fall on copies of one pixel, their weights add.
    left = tf.concat([before + centre, after], axis)
    right = tf.concat([before, centre + after], axis)
    if padding == "VALID":
        return left, right
    nothing = tf.zeros_like(before)
    return tf.concat([right, nothing], axis), tf.concat([nothing, left], axis)


def _upsamples(layer: layers.Layer) -> bool:
    return (
        isinstance(layer, layers.UpSampling2D)
        and layer.size == (2, 2)
        and layer.interpolation == "nearest"
    )


def _convolves_3x3(layer: layers.Layer | None) -> bool:
    return (
        isinstance(layer, layers.Conv2D) and layer.kernel_size == (3, 3) and layer.strides == (1, 1)
    )

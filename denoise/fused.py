"""The same network with fewer, fuller convolutions, for training on a CPU with TensorFlow.

A convolution with one or a few channels leaves most of a CPU's vector units idle. Two identities,
exact but for float32 rounding, trade resolution for channels:

- a 3x3 convolution followed by 2x2 max pooling is a 4x4 convolution of stride 2 to four times
  the channels, then a maximum over the four;
- nearest-neighbour upsampling by 2 followed by a 3x3 convolution is a 3x3 convolution at the low
  resolution to four times the channels, then depth-to-space.

The kernels are built from the plain layers' own weights at every step, so training the fused
model trains the plain one.
"""

from collections import defaultdict

import keras
import tensorflow as tf
from keras import layers


def fuse(model: keras.Model) -> keras.Model:
    """A model that computes what ``model`` computes and shares its weights.

    Convolutions followed by pooling, and upsamplings followed by a padded convolution, are
    fused; every other layer is used as it is.
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
        if _pools_evenly(layer, user):
            values[id(user.output)] = ConvolveAndPool(layer)(inputs[0])
        elif _upsamples_and_convolves(layer, user):
            values[id(user.output)] = UpsampleAndConvolve(user)(inputs[0])
        else:
            values[id(layer.output)] = layer(inputs[0] if len(inputs) == 1 else inputs)
    return keras.Model(start, values[id(model.outputs[0])], name=f"fused_{model.name}")


class ConvolveAndPool(layers.Layer):
    """A padded 3x3 convolution and the 2x2 max pooling after it, at half the resolution."""

    def __init__(self, convolution: layers.Conv2D) -> None:
        super().__init__(name=f"{convolution.name}_and_pool")
        self.convolution = convolution

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """(n, 2h, 2w, c) to (n, h, w, filters)."""
        kernel = self.convolution.kernel
        # One copy of the kernel for each of the four pixels that share a pooling window.
        shifted = [
            tf.pad(kernel, [[down, 1 - down], [right, 1 - right], [0, 0], [0, 0]])
            for down in (0, 1)
            for right in (0, 1)
        ]
        padded = tf.pad(images, [[0, 0], [1, 1], [1, 1], [0, 0]])
        responses = tf.nn.conv2d(padded, tf.concat(shifted, axis=3), strides=2, padding="VALID")
        a, b, c, d = tf.split(responses, 4, axis=3)
        pooled = tf.maximum(tf.maximum(a, b), tf.maximum(c, d))
        # The bias and any increasing activation commute with the maximum.
        return self.convolution.activation(pooled + self.convolution.bias)


class UpsampleAndConvolve(layers.Layer):
    """Nearest-neighbour 2x upsampling and the padded 3x3 convolution after it."""

    def __init__(self, convolution: layers.Conv2D) -> None:
        super().__init__(name=f"upsample_and_{convolution.name}")
        self.convolution = convolution

    def call(self, images: tf.Tensor) -> tf.Tensor:
        """(n, h, w, c) to (n, 2h, 2w, filters)."""
        kernel = self.convolution.kernel
        # Where two taps fall on copies of one pixel, their weights add.
        phases = [column for row in _pair_sums(kernel, 0) for column in _pair_sums(row, 1)]
        responses = tf.nn.conv2d(images, tf.concat(phases, axis=3), strides=1, padding="SAME")
        upsampled = tf.nn.depth_to_space(responses, 2)
        return self.convolution.activation(upsampled + self.convolution.bias)


def _pair_sums(kernel: tf.Tensor, axis: int) -> tuple[tf.Tensor, tf.Tensor]:
    """A 3-tap kernel as seen by the first and the second copy of a pixel, along one axis."""
    before, centre, after = tf.split(kernel, 3, axis)
    nothing = tf.zeros_like(before)
    first = tf.concat([before, centre + after, nothing], axis)
    second = tf.concat([nothing, before + centre, after], axis)
    return first, second


def _is_padded_3x3(layer: layers.Layer | None) -> bool:
    return (
        isinstance(layer, layers.Conv2D) and layer.kernel_size == (3, 3) and layer.padding == "same"
    )


def _pools_evenly(first: layers.Layer, second: layers.Layer | None) -> bool:
    if not (_is_padded_3x3(first) and isinstance(second, layers.MaxPooling2D)):
        return False
    _, height, width, _ = first.output.shape
    return second.pool_size == (2, 2) and height % 2 == 0 and width % 2 == 0


def _upsamples_and_convolves(first: layers.Layer, second: layers.Layer | None) -> bool:
    return isinstance(first, layers.UpSampling2D) and _is_padded_3x3(second)

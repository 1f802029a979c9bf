"""The same network with max-pooling by reshape and maximum, for training with JAX.

XLA computes the gradient of a maximum over windows by sorting the places of all maxima, on a GPU
three times an update for the autoencoder. Where windows do not overlap, images can be reshaped to
one axis for the pixels of a window; the gradient of a maximum over that is elementwise. Pixels that
share a window's maximum share its gradient, where otherwise the first would get all of it.
"""

import keras
from keras import layers, ops


def reshape_to_pool(model: keras.Model) -> keras.Model:
    """Return a model that computes what ``model`` computes and shares its weights."""

    def form(layer: layers.Layer) -> layers.Layer:
        return ReshapedMaxPooling2D(layer) if _has_separate_windows(layer) else layer

    return keras.models.clone_model(model, clone_function=form)


class ReshapedMaxPooling2D(layers.Layer):
    """What a `keras.layers.MaxPooling2D` computes whose strides are as wide as its windows."""

    def __init__(self, pooling: layers.MaxPooling2D) -> None:
        super().__init__(name=f"reshaped_{pooling.name}")
        self._window, self._pads = pooling.pool_size, pooling.padding == "same"

    def call(self, images):
        """(n, h, w, c) to (n, h / rows, w / columns, c), rounded up with padding, else down."""
        rows, columns = self._window
        if self._pads:
            images = ops.pad(images, self._margins(images.shape), constant_values=-float("inf"))
        _, height, width, channels = images.shape
        height, width = height // rows, width // columns
        images = images[:, : height * rows, : width * columns]
        windows = ops.reshape(images, (-1, height, rows, width, columns, channels))
        return ops.max(windows, axis=(2, 4))

    def _margins(self, shape: tuple[int | None, ...]) -> list[tuple[int, int]]:
        missing = [-size % window for size, window in zip(shape[1:3], self._window, strict=True)]
        return [(0, 0), *((total // 2, total - total // 2) for total in missing), (0, 0)]


def _has_separate_windows(layer: layers.Layer) -> bool:
    return isinstance(layer, layers.MaxPooling2D) and layer.strides == layer.pool_size

"""A model computed in slices of the batch, one after another or side by side, for TensorFlow.

TensorFlow shares one operation on few channels among a CPU's threads badly. Here every operation
keeps to one thread (`denoise.backend.select_backend` sees to it) and the threads share the slices.
Their number is fixed: the sums over slices, and so the bits of the result, do not depend on how
many threads there are.
"""

import keras
import tensorflow as tf
from keras import layers

SLICES = 4


def slice_batches(model: keras.Model) -> keras.Sequential:
    """A model that computes what ``model`` computes, slice by slice, and shares its weights."""
    images = keras.Input(model.input_shape[1:])
    return keras.Sequential([images, Sliced(model)], name=f"sliced_{model.name}")


class Sliced(layers.Layer):
    """Applies a model to near-equal slices of its input and joins the outputs."""

    def __init__(self, model: keras.Model) -> None:
        super().__init__(name=f"slices_of_{model.name}")
        self.model = model

    def call(self, images: tf.Tensor, training: bool = False) -> tf.Tensor:
        """(n, ...) to what the model gives for (n, ...), for any n."""
        # Traced once and called for every slice: most of what a training waits for at its start.
        signature = [tf.TensorSpec((None, *images.shape[1:]), images.dtype)]
        apply = tf.function(lambda part: self.model(part, training=training), signature)
        count = tf.shape(images)[0]
        size, larger = count // SLICES, count % SLICES
        sizes = tf.repeat([size + 1, size], [larger, SLICES - larger])
        parts = tf.split(images, sizes, num=SLICES)
        return tf.concat([apply(part) for part in parts], axis=0)

    def compute_output_shape(self, input_shape: tuple) -> tuple:
        """What the model says."""
        return self.model.compute_output_shape(input_shape)

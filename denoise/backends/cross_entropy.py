"""Binary cross-entropy whose gradient has the same bits on every processor, for TensorFlow."""

import keras
import tensorflow as tf


def binary_crossentropy(targets: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
    """Return the mean over the last axis of what `keras.losses.binary_crossentropy` computes.

    Like Keras, it goes back to the logits of ``outputs`` that are those of a sigmoid. TensorFlow's
    gradient of that computes 1 / x from the processor's own estimate of it, on which AMD's and
    Intel's differ in the last bit; this one, sigmoid(logit) - target, needs no division.
    """
    if tf.executing_eagerly() or outputs.op.type != "Sigmoid":
        return keras.losses.binary_crossentropy(targets, outputs)
    return tf.reduce_mean(_from_logits(targets, outputs.op.inputs[0]), axis=-1)


@tf.custom_gradient
def _from_logits(targets: tf.Tensor, logits: tf.Tensor):
    def gradient(upstream: tf.Tensor) -> tuple[None, tf.Tensor]:
        return None, upstream * (tf.sigmoid(logits) - targets)

    return tf.nn.sigmoid_cross_entropy_with_logits(labels=targets, logits=logits), gradient

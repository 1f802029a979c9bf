"""Batches computed in parts, side by side, for TensorFlow on a CPU.

TensorFlow shares one operation on few channels among a CPU's threads badly. Here every operation
keeps to one thread (`denoise.backends.backend.select_backend` sees to it) and the threads share the
parts of a batch. Their number is fixed: the sums over parts, and so the bits of the result, do not
depend on how many threads there are.
"""

from collections.abc import Callable

import tensorflow as tf

PARTS = 4  # of a batch; with fewer samples some hold one that does not count


def sum_over_parts(step: Callable, batch: tuple[tf.Tensor, ...]) -> list[tf.Tensor]:
    """Return the sums of what ``step(part, share)`` returns, over the parts of a batch.

    Parameters
    ----------
    step : Callable
        From a part of ``batch`` and the share of its samples in the batch, in [0, 1], to tensors
        whose sum over parts is meant, such as mean losses times ``share``. It must not be called
        for its side effects.
    batch : tensors (n, ...)
        Of equal length n >= 1.
    """
    signature = [tf.TensorSpec((None, *tensor.shape[1:]), tensor.dtype) for tensor in batch]
    # Traced once and called for every part: most of what a training waits for at its start.
    call = tf.function(step, input_signature=[tuple(signature), tf.TensorSpec((), tf.float32)])
    count = tf.shape(batch[0])[0]
    counted = [(count + part) // PARTS for part in range(PARTS)]
    # No operation is given an empty part, which not all can take: an idle part gets the first
    # sample again, with a share of nothing.
    places = tf.maximum(tf.range(tf.maximum(count, PARTS)) - tf.maximum(PARTS - count, 0), 0)
    sizes = tf.maximum(counted, 1)
    parts = [tf.split(tf.gather(tensor, places), sizes, num=PARTS) for tensor in batch]
    shares = tf.unstack(tf.cast(counted, tf.float32) / tf.cast(count, tf.float32))
    results = [call(tuple(part), share) for share, *part in zip(shares, *parts, strict=True)]
    return [tf.add_n(terms) for terms in zip(*results, strict=True)]

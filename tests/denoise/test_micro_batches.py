"""Sums over the parts of a batch are those of the whole, and no operation sees an empty part."""

import numpy as np
import pytest
import tensorflow as tf

from denoise.backends.micro_batches import PARTS, sum_over_parts


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 50])
def test_every_sample_counts_once(count):
    def step(part, share):
        (values,) = part
        full = tf.debugging.Assert(tf.size(values) > 0, ["an empty part"])
        with tf.control_dependencies([full]):
            mean = tf.reduce_mean(values)
        return [share * mean, share]

    values = np.random.default_rng(count).normal(size=count).astype(np.float32)
    mean, share = tf.function(lambda values: sum_over_parts(step, (values,)))(values)
    assert mean.numpy() == pytest.approx(values.mean(), abs=1e-6)
    assert share.numpy() == pytest.approx(1)


def test_parts_are_of_near_equal_size():
    def step(part, share):
        size = tf.size(part[0])
        return [tf.cast(size == 2, tf.int32), tf.cast(size == 3, tf.int32)]

    numbers = np.arange(2 * PARTS + 1, dtype=np.int32)
    two, three = tf.function(lambda numbers: sum_over_parts(step, (numbers,)))(numbers)
    assert (int(two), int(three)) == (PARTS - 1, 1)

"""A training update, as TensorFlow is given it, has the same bits whoever made the processor."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from denoise.backends.backend import binary_crossentropy
from denoise.classifier import build_classifier
from denoise.networks.registry import BUILDERS
from denoise.training.optimizers import ALGORITHMS
from denoise.training.trainer import Trainer

# Computed from an estimate that the processor gives, not by the rules of IEEE 754.
ESTIMATES = {"Inv", "InvGrad", "Reciprocal", "ReciprocalGrad", "Rsqrt", "RsqrtGrad"}
IMAGES = np.random.default_rng(0).random((8, 28, 28, 1), dtype=np.float32)
DIGITS = np.arange(8) % 10


def operations(network, optimizer, loss, targets):
    """The types of all operations of an update."""
    trainer = Trainer(network)
    trainer.compile(optimizer, loss)
    optimizer.build(trainer.trainable_variables)
    update = tf.function(lambda inputs, targets: trainer.train_step((inputs, targets)))
    graph = update.get_concrete_function(tf.constant(IMAGES), tf.constant(targets)).graph
    functions = [node for each in graph.as_graph_def().library.function for node in each.node_def]
    return {node.op for node in (*graph.as_graph_def().node, *functions)}


@pytest.mark.parametrize("upsampling", ["nearest", "transpose"])
@pytest.mark.parametrize("architecture", BUILDERS)
def test_no_network_asks_the_processor_for_an_estimate(architecture, upsampling):
    network = BUILDERS[architecture](upsampling)
    used = operations(network, ALGORITHMS["muon"](0.01), binary_crossentropy(), IMAGES)
    assert "Conv2DBackpropFilter" in used
    assert not used & ESTIMATES


@pytest.mark.parametrize("name", ALGORITHMS)
def test_no_optimizer_does(name):
    network = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Conv2D(1, 3, padding="same")]
    )
    used = operations(network, ALGORITHMS[name](0.01), "mean_squared_error", IMAGES)
    assert not used & ESTIMATES


def test_the_judge_does_not():
    used = operations(
        build_classifier(), ALGORITHMS["adam"](0.01), "sparse_categorical_crossentropy", DIGITS
    )
    assert not used & ESTIMATES


def test_keras_own_loss_does():
    network = BUILDERS["autoencoder"]("nearest")
    used = operations(network, ALGORITHMS["adam"](0.01), "binary_crossentropy", IMAGES)
    assert used & ESTIMATES


def test_the_loss_and_its_gradient_are_keras_own():
    logits = np.random.default_rng(1).normal(0, 4, (5, 28, 28, 1)).astype(np.float32)
    targets = np.random.default_rng(2).random((5, 28, 28, 1), dtype=np.float32)

    @tf.function
    def value_and_gradient(loss, logits):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = loss(targets, keras.activations.sigmoid(logits))
        return value, tape.gradient(value, logits)

    ours = value_and_gradient(binary_crossentropy(), tf.constant(logits))
    theirs = value_and_gradient(keras.losses.binary_crossentropy, tf.constant(logits))
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)

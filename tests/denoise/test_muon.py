"""Muon moves a kernel alike in all directions, and Adam moves what is no matrix."""

import keras
import numpy as np

from denoise.training.muon import Muon

GRADIENT = np.random.default_rng(0).normal(size=(3, 3, 4, 8)).astype(np.float32)


def step(optimizer, shape, gradient):
    variable = keras.Variable(np.zeros(shape, np.float32))
    optimizer.apply_gradients([(keras.ops.convert_to_tensor(gradient), variable)])
    return keras.ops.convert_to_numpy(variable)


def test_the_update_of_a_kernel_is_nearly_orthogonal():
    update = step(Muon(0.01), GRADIENT.shape, GRADIENT).reshape(36, 8)
    strengths = np.linalg.svd(update, compute_uv=False)
    before = np.linalg.svd(GRADIENT.reshape(36, 8), compute_uv=False)
    assert before.max() / before.min() > 2
    assert strengths.max() / strengths.min() < 1.8  # five Newton-Schulz steps reach 0.7 to 1.2
    assert np.sum(update * GRADIENT.reshape(36, 8)) < 0  # downhill


def test_a_kernel_and_a_matrix_of_the_same_numbers_move_alike():
    kernel = step(Muon(0.01), GRADIENT.shape, GRADIENT)
    matrix = step(keras.optimizers.Muon(0.01, weight_decay=0.0), (36, 8), GRADIENT.reshape(36, 8))
    np.testing.assert_allclose(kernel.reshape(36, 8), matrix, atol=1e-7)


def test_a_bias_moves_as_with_adam():
    gradient = GRADIENT[0, 0, 0]
    expected = step(keras.optimizers.Adam(0.01, beta_2=0.99), (8,), gradient)
    np.testing.assert_allclose(step(Muon(0.01, beta_2=0.99), (8,), gradient), expected, atol=1e-7)

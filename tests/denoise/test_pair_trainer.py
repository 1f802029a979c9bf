"""Training by blocks is plain Keras training: the same batches, the same updates."""

import functools
import math
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from denoise.backends.backend import binary_crossentropy
from denoise.datasets.sklearn_digits import find_digits
from denoise.networks.autoencoder import build_autoencoder
from denoise.training.block_plan import BlockPlan
from denoise.training.distributed import Replicas
from denoise.training.pair_blocks import PairBlocks
from denoise.training.pair_trainer import PairTrainer
from denoise.training.pairs import Pairs, as_grey_values

ROOT = Path(__file__).parents[2]
CLEAN = find_digits()["train_images"][:420]
NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, (840, 28, 28, 1))
NOISY = (np.concatenate([CLEAN, CLEAN])[..., np.newaxis] / 255 + NOISE).astype(np.float16)
BATCH = 64  # 840 samples: 13 batches and one of 8
EPOCHS = 15  # 210 updates


def one_batch_at_a_time():
    """The same order, for Keras' own fit."""
    plan = BlockPlan(BATCH, 1, resident=False)
    for noisy, clean in PairBlocks(Pairs(NOISY, CLEAN), plan, seed=1).endlessly():
        yield noisy.astype(np.float32), as_grey_values(clean)


def fit(model, batches, loss, epochs, **options):
    model.compile(keras.optimizers.SGD(0.03, momentum=0.9), loss)
    return model.fit(batches, epochs=epochs, verbose=0, **options).history["loss"]


@functools.cache
def trained(resident, epochs=EPOCHS):
    """Weights and losses after training by blocks of four batches."""
    keras.utils.set_random_seed(3)
    network = build_autoencoder()
    pairs = Pairs(NOISY, CLEAN)
    trainer = PairTrainer(network, BATCH, pairs if resident else None)
    blocks = PairBlocks(pairs, BlockPlan(BATCH, 4, resident), seed=1)
    losses = fit(trainer, blocks, binary_crossentropy(), epochs)
    return network.get_weights(), losses


@functools.cache
def plainly_trained(epochs=EPOCHS):
    keras.utils.set_random_seed(3)
    plain = build_autoencoder()
    steps = math.ceil(len(NOISY) / BATCH)
    batches = one_batch_at_a_time()
    losses = fit(plain, batches, "binary_crossentropy", epochs, steps_per_epoch=steps)
    return plain.get_weights(), losses


def assert_same(ours, theirs, tolerance):
    np.testing.assert_allclose(ours[1], theirs[1], atol=tolerance)
    for one, other in zip(ours[0], theirs[0], strict=True):
        np.testing.assert_allclose(one, other, atol=tolerance)


@pytest.mark.parametrize("resident", [True, False])
def test_200_updates_are_those_of_plain_keras(resident):
    assert_same(trained(resident), plainly_trained(), 1e-3)


def test_kept_on_the_device_or_streamed_the_bits_are_the_same():
    assert_same(trained(True), trained(False), 0)


def test_with_jax_the_updates_are_those_of_plain_keras():
    program = (
        "from denoise.backends.backend import select_backend; select_backend('jax');"
        "from tests.denoise import test_pair_trainer as the;"
        "assert the.keras.backend.backend() == 'jax';"
        "the.NOISY, the.CLEAN = the.NOISY[:200], the.CLEAN[:200];"
        "plain = the.plainly_trained(epochs=1);"
        "[the.assert_same(the.trained(way, epochs=1), plain, 1e-5) for way in (True, False)]"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("batch_size", [1, 3, 2000])
def test_batches_of_any_size(batch_size):
    network = build_autoencoder()
    pairs = Pairs(NOISY[:7], CLEAN[:7])
    trainer = PairTrainer(network, batch_size, pairs)
    trainer.compile(keras.optimizers.SGD(0.01), binary_crossentropy())
    before = network.get_weights()
    trainer.fit(PairBlocks(pairs, BlockPlan(batch_size, 2), seed=1), verbose=0)
    assert int(trainer.optimizer.iterations) == math.ceil(7 / batch_size)
    after = network.get_weights()
    assert any((a != b).any() for a, b in zip(before, after, strict=True))
    assert all(np.isfinite(weights).all() for weights in after)


def test_a_block_shows_every_sample_with_its_own_target():
    noisy = np.arange(20, dtype=np.float16).reshape(20, 1, 1, 1)
    clean = np.arange(10, dtype=np.uint8).reshape(10, 1, 1)
    orders = []
    for epoch in range(3):
        images = PairBlocks(Pairs(noisy, clean), BlockPlan(4, 2, resident=False), 1, epoch)
        numbers = PairBlocks(Pairs(noisy, clean), BlockPlan(4, 2), 1, epoch)
        assert [len(images[i][0]) for i in range(len(images))] == [8, 8, 4]
        shown = np.concatenate([images[i][0].ravel() for i in range(3)])
        targets = np.concatenate([images[i][1].ravel() for i in range(3)])
        assert sorted(shown) == list(range(20))
        np.testing.assert_array_equal(targets, shown % 10)
        np.testing.assert_array_equal(np.concatenate([numbers[i][0] for i in range(3)]), shown)
        orders.append(shown.tolist())
    assert orders[0] != orders[1] != orders[2]


def test_a_noisy_copy_as_target_is_of_the_same_image_and_another_one_each_epoch():
    noisy = np.arange(40, dtype=np.float16).reshape(40, 1, 1, 1)
    pairs = Pairs(noisy, np.zeros((10, 1, 1), np.uint8), "noisy-copy")
    seen = {sample: [] for sample in range(40)}
    for epoch in range(3):
        images = PairBlocks(pairs, BlockPlan(4, 10, resident=False), 1, epoch)
        numbers = PairBlocks(pairs, BlockPlan(4, 10), 1, epoch)
        for shown, targets in (images[0], numbers[0]):
            np.testing.assert_array_equal(shown.ravel() % 10, targets.ravel() % 10)
        for sample, target in zip(*(part.ravel().tolist() for part in numbers[0]), strict=True):
            seen[sample].append(target)
    for sample, targets in seen.items():
        assert {sample, *targets} == {sample % 10 + 10 * copy for copy in range(4)}


def test_an_epoch_is_followed_by_the_order_of_the_next():
    noisy = np.arange(20, dtype=np.float16).reshape(20, 1, 1, 1)
    pairs = Pairs(noisy, np.zeros((10, 1, 1), np.uint8))
    first, second = (PairBlocks(pairs, BlockPlan(4, 5), 1, epoch) for epoch in (0, 1))
    first.next_epoch()
    np.testing.assert_array_equal(first[0][0], second[0][0])


def test_devices_get_equal_shares_of_every_batch():
    pairs = Pairs(np.zeros((22, 1, 1, 1), np.float16), np.zeros((11, 1, 1), np.uint8))
    plan = BlockPlan(4, 10)
    alone = PairBlocks(pairs, plan, seed=1)[0][0]
    shares = [
        PairBlocks(pairs, plan, seed=1, replicas=Replicas(2, slice(n, n + 1)))[0][0] for n in (0, 1)
    ]
    for start, size in ((0, 4), (4, 4), (8, 4), (12, 4), (16, 4), (20, 2)):
        half = slice(start // 2, start // 2 + size // 2)
        together = np.concatenate([share[half] for share in shares])
        np.testing.assert_array_equal(together, alone[start : start + size])

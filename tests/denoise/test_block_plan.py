"""How often callbacks are called, and how many images are sent to the device at a time."""

import numpy as np
import pytest

from denoise.training import block_plan
from denoise.training.block_plan import plan_blocks
from denoise.training.pairs import Pairs

# 4,500 bytes: 1,500 samples of two bytes and as many clean images of one.
NOISY, CLEAN = np.zeros((1500, 1, 1, 1), np.float16), np.zeros((1500, 1, 1), np.uint8)


@pytest.fixture
def device(monkeypatch):
    """Sets what device there is: whether an accelerator, and its free bytes."""

    def set_device(accelerator, free):
        monkeypatch.setattr(block_plan, "on_accelerator", lambda: accelerator)
        monkeypatch.setattr(block_plan, "free_memory", lambda: free)

    return set_device


@pytest.mark.parametrize(("target", "size"), [("clean", 4500), ("noisy-copy", 3000)])
def test_a_set_is_kept_on_the_device_if_it_takes_half_of_the_memory_at_most(device, target, size):
    pairs = Pairs(NOISY, CLEAN, target)
    device(True, 2 * size)
    assert plan_blocks(pairs, 10).resident
    device(True, 2 * size - 1)
    assert not plan_blocks(pairs, 10).resident


def test_on_an_accelerator_an_epoch_is_one_block_unless_callbacks_ask_for_more(device):
    device(True, 10**6)
    assert plan_blocks(Pairs(NOISY, CLEAN), 10).batches == 150
    assert plan_blocks(Pairs(NOISY, CLEAN), 10, callback_calls=30).batches == 5


def test_on_a_cpu_the_progress_bar_moves_25_times_an_epoch_where_there_are_as_many_batches(device):
    device(False, 10**6)
    assert plan_blocks(Pairs(NOISY, CLEAN), 10).batches == 150 // 25
    assert plan_blocks(Pairs(NOISY, CLEAN), 1000).batches == 1


def test_blocks_of_images_are_of_100_batches_at_most(device):
    many = Pairs(np.zeros((3000, 1, 1, 1), np.float16), np.zeros((3000, 1, 1), np.uint8))
    device(True, 0)
    assert plan_blocks(many, 1).batches == 100
    assert plan_blocks(many, 2).batches == 60

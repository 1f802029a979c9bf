"""The training set: right shape and table, and the same bytes for any threads and blocks."""

import resource
import sys
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from denoise.corruption.corrupt import corrupt
from denoise.corruption.noisy_set import write_given_set, write_noisy_set
from denoise.io.errors import InputError
from denoise.seeding import seed_sequence


@pytest.fixture(scope="module")
def clean():
    return np.random.default_rng(0).integers(0, 256, (150, 28, 28), dtype=np.uint8)


def test_samples_and_their_table_belong_together(tmp_path, clean):
    write_noisy_set(tmp_path / "noisy", clean, 3, [0, 2], [0.01, 1.5], "uniform", seed=1, block=64)
    images = np.load(tmp_path / "noisy" / "images.npy", mmap_mode="r")
    table = pd.read_csv(tmp_path / "noisy" / "samples.csv")
    assert (images.shape, images.dtype) == ((450, 28, 28, 1), np.float16)
    assert table["sample"].tolist() == list(range(450))
    assert table["image"].tolist() == list(range(150)) * 3
    assert table["copy"].tolist() == [0] * 150 + [1] * 150 + [2] * 150
    noisy, sigma, amplitude = corrupt(
        clean, [0, 2], [0.01, 1.5], seed_sequence(1, "generate/copy-2")
    )
    np.testing.assert_array_equal(images[300:, :, :, 0], noisy.astype(np.float16))
    np.testing.assert_array_equal(table["sigma"][300:], sigma)
    np.testing.assert_array_equal(table["amplitude"][300:], amplitude)


@pytest.mark.parametrize(("threads", "block"), [(1, 150), (2, 7), (5, 64)])
def test_bytes_depend_on_neither_threads_nor_blocks(tmp_path, clean, threads, block):
    arguments = (clean, 2, [0, 2], [0.01, 1.5], "uniform", 1)
    write_noisy_set(tmp_path / "a", *arguments)
    write_noisy_set(tmp_path / "b", *arguments, threads=threads, block=block)
    for name in ("images.npy", "samples.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_another_copy_leaves_the_first_ones_as_they_were(tmp_path, clean):
    for copies in (1, 2):
        write_noisy_set(
            tmp_path / str(copies), clean, copies, [0, 2], [0.01, 1.5], "uniform", seed=1
        )
    one, two = (np.load(tmp_path / str(copies) / "images.npy") for copies in (1, 2))
    np.testing.assert_array_equal(one, two[:150])
    assert (two[150:] != one).mean() > 0.9


@pytest.mark.skipif(sys.platform != "linux", reason="limits file sizes as Linux does")
def test_a_full_disk_leaves_what_was_there(tmp_path, clean):
    write_noisy_set(tmp_path / "noisy", clean, 1, [0, 2], [0.01, 1.5], "uniform", seed=1)
    before = (tmp_path / "noisy" / "images.npy").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_noisy_set(tmp_path / "noisy", clean, 1, [0, 2], [0.01, 1.5], "uniform", seed=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (tmp_path / "noisy" / "images.npy").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["noisy"]


def test_large_images_take_no_more_memory_than_small_ones(tmp_path):
    large = np.zeros((640, 140, 140), np.uint8)  # 50 MB as float32
    tracemalloc.start()
    write_noisy_set(tmp_path / "a", large, 1, [0, 0], [0.1, 0.2], "uniform", seed=1, threads=1)
    write_given_set(tmp_path / "b", large[np.newaxis])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 120e6


def test_a_set_that_does_not_fit_the_memory_is_told_with_its_size(tmp_path):
    many = np.broadcast_to(np.uint8(0), (2_000_000_000, 64, 64))
    for write in (
        lambda folder: write_noisy_set(folder, many, 4, [0, 2], [0.01, 1.5], "uniform", seed=1),
        lambda folder: write_given_set(folder, np.broadcast_to(many, (4, *many.shape))),
    ):
        with pytest.raises(InputError) as caught:
            write(tmp_path / "noisy")
        said = str(caught.value)
        assert "4 noisy copies of 2,000,000,000 images of 64x64 pixels take 61,035.2 GiB" in said
        assert "lower noise.copies in params.yaml if the noise is made" in said
    assert not [*tmp_path.iterdir()]

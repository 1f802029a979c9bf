"""Noisy pictures are found with those that belong to them, or a sentence names the odd one out."""

import numpy as np
import pytest
from PIL import Image

from tests.denoise.test_patches import PICTURES, find, grey, refusal

CLEAN = grey(PICTURES / "camera.png")[:240].reshape(240, 16, 32).swapaxes(0, 1)  # 16 of 240x32
PARTS = {"train": CLEAN[:9, :30], "test": CLEAN[9:, :30]}


def noisy(images, seed):
    noise = np.random.default_rng(seed).normal(0, 25, images.shape)
    return np.clip(np.rint(images + noise), 0, 255).astype(np.uint8)


def write(folder, images):
    folder.mkdir(parents=True)
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{number}.png")


@pytest.fixture
def folder(tmp_path):
    for part, images in PARTS.items():
        write(tmp_path / part / "clean", images)
        write(tmp_path / part / "noisy", noisy(images, 1))
    return tmp_path


def test_a_noisy_picture_stands_beside_its_clean_one(folder):
    found = find(folder, format="pairs")
    assert set(found) == {"train_images", "test_images", "train_noisy", "test_noisy"}
    for part, images in PARTS.items():
        np.testing.assert_array_equal(found[f"{part}_images"], images)
        np.testing.assert_array_equal(found[f"{part}_noisy"], noisy(images, 1)[np.newaxis])


def test_two_noisy_pictures_need_no_clean_one(folder):
    for part, images in PARTS.items():
        (folder / part / "clean").rename(folder / f"{part}-clean")
        write(folder / part / "noisy-copy", noisy(images, 2))
    found = find(folder, format="pairs")
    assert set(found) == {"train_noisy", "test_noisy"}
    expected = [noisy(PARTS["test"], seed) for seed in (1, 2)]
    np.testing.assert_array_equal(found["test_noisy"], expected)


def test_both_of_a_pair_are_cut_alike(folder):
    found = find(folder, format="pairs", patch=[12, 16], stride=[6, 16])
    table = found["train_patches"]
    assert len(table) == len(found["train_images"]) == 9 * 4 * 2
    for row in table.itertuples():
        number = int(row.picture.removesuffix(".png"))
        place = np.s_[row.top : row.top + 12, row.left : row.left + 16]
        np.testing.assert_array_equal(
            found["train_images"][row.patch], PARTS["train"][number][place]
        )
        np.testing.assert_array_equal(
            found["train_noisy"][0, row.patch], noisy(PARTS["train"], 1)[number][place]
        )


def test_an_odd_one_out_is_named(folder):
    (folder / "train" / "clean" / "3.png").rename(folder / "3.png")
    said = refusal(folder, format="pairs")
    assert "train/noisy/3.png has no other of its name in" in said
    assert said.endswith("train/clean: add it, or leave both out")
    (folder / "3.png").rename(folder / "train" / "clean" / "03.png")
    (folder / "train" / "noisy" / "3.png").unlink()
    assert "train/clean/03.png has no other of its name in" in refusal(folder, format="pairs")


def test_another_size_is_told(folder):
    Image.fromarray(PARTS["test"][0][:, :31]).save(folder / "test" / "clean" / "0.png")
    for cut in ({}, {"patch": [12, 12]}):
        said = refusal(folder, format="pairs", **cut)
        assert "test/clean/0.png has 31x30 pixels, and" in said
        assert "test/noisy/0.png 32x30: the pictures of a pair must be of one size" in said


def test_missing_folders_are_told(folder):
    write(folder / "test" / "noisy-copy", noisy(PARTS["test"], 2))
    assert "has a folder 'noisy-copy' in one of train and test" in refusal(folder, format="pairs")
    (folder / "test" / "noisy").rename(folder / "elsewhere")
    assert "test must hold the folder 'noisy' and beside it" in refusal(folder, format="pairs")

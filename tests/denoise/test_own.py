"""One's own arrays and pictures become a data set, or a sentence says what is wrong with them."""

import re

import numpy as np
import pytest
from PIL import Image

from denoise.datasets.registry import find_dataset
from denoise.io.errors import InputError
from denoise.io.parameters import OwnDataset

RANDOM = np.random.default_rng(0)
TRAIN, TEST = (RANDOM.integers(0, 256, (n, 16, 20), dtype=np.uint8) for n in (6, 4))


def refusal(path, kind, sha256="unknown"):
    with pytest.raises(InputError) as caught:
        find_dataset("mine", OwnDataset(format=kind, path=str(path), sha256=sha256))
    return str(caught.value)


def digest(message):
    """The hash that a refusal tells to copy."""
    found = re.search(r"has the SHA-256 ([0-9a-f]{64}).*: copy the first there", message)
    return found[1] if found else None


def find(path, kind):
    sha256 = digest(refusal(path, kind))
    return find_dataset("mine", OwnDataset(format=kind, path=str(path), sha256=sha256))


def fails(path, kind="npz"):
    """Why data is refused, its hash apart."""
    message = refusal(path, kind)
    return refusal(path, kind, digest(message)) if digest(message) else message


@pytest.mark.parametrize(
    ("stored", "white"), [(np.uint8, 255), (np.uint16, 65535), (np.float32, 1), (bool, 1)]
)
def test_arrays_of_any_type_are_taken(tmp_path, stored, white):
    ones = (TRAIN > 127, TEST > 127)
    train, test = ((part * white).astype(stored) for part in ones)
    labels = {"train_labels": np.arange(6), "test_labels": np.arange(4)}
    np.savez(tmp_path / "a.npz", train_images=train[..., None], test_images=test, **labels)
    found = find(tmp_path / "a.npz", "npz")
    np.testing.assert_array_equal(found["train_images"], np.where(ones[0], 255, 0))
    assert found["test_images"].dtype == np.uint8
    assert found["test_labels"].tolist() == [0, 1, 2, 3]


def write_pictures(folder, images, classes=None):
    for number, image in enumerate(images):
        place = folder / classes[number] if classes else folder
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{number}.png")


def test_folders_of_pictures_are_classes(tmp_path):
    write_pictures(tmp_path / "train", TRAIN, ["cat", "dog"] * 3)
    write_pictures(tmp_path / "test", TEST, ["dog", "cat"] * 2)
    found = find(tmp_path, "pictures")
    assert found["train_labels"].tolist() == [0, 1, 0, 1, 0, 1]  # the first 100 stand for all
    np.testing.assert_array_equal(found["train_images"], TRAIN)
    np.testing.assert_array_equal(found["test_images"], TEST[[1, 0, 3, 2]])


def test_a_class_has_the_same_number_in_both_parts(tmp_path):
    write_pictures(tmp_path / "train", TRAIN, ["ant", "cat", "dog"] * 2)
    write_pictures(tmp_path / "test", TEST, ["dog", "cat"] * 2)  # and no ant
    found = find(tmp_path, "pictures")
    assert found["train_labels"].tolist() == [0, 1, 2, 0, 1, 2]
    assert found["test_labels"].tolist() == [1, 2, 1, 2]


def test_pictures_of_16_bits_keep_their_grey_values(tmp_path):
    write_pictures(tmp_path / "train", TRAIN.astype(np.uint16) * 257)
    write_pictures(tmp_path / "test", TEST)
    np.testing.assert_array_equal(find(tmp_path, "pictures")["train_images"], TRAIN)


def test_pictures_without_folders_have_no_labels_and_a_changed_one_is_noticed(tmp_path):
    write_pictures(tmp_path / "train", TRAIN)
    write_pictures(tmp_path / "test", TEST)
    found = find(tmp_path, "pictures")
    assert list(found) == ["train_images", "test_images"]
    before = digest(refusal(tmp_path, "pictures"))
    Image.fromarray(TEST[0]).save(tmp_path / "train" / "0.png")
    assert "has the SHA-256" in refusal(tmp_path, "pictures", before)


def test_what_is_wrong_is_told(tmp_path):
    path = tmp_path / "a.npz"
    assert "does not exist: datasets.mine.path" in fails(path)
    path.write_bytes(b"no archive")
    assert "is no .npz file of arrays" in fails(path)
    np.savez(path, train_images=TRAIN, test_images=TEST)
    path.write_bytes(path.read_bytes()[:-50])
    assert "is no .npz file of arrays" in fails(path)
    with path.open("wb") as file:
        np.save(file, TRAIN)
    assert "one array, as .npy files are" in fails(path)
    np.savez(path, images=TRAIN)
    assert "holds no train_images, but images" in fails(path)
    np.savez(path, train_images=TRAIN, test_images=TEST[:, :15])
    assert "make them alike" in fails(path)
    np.savez(path, train_images=TRAIN[:, :9], test_images=TEST[:, :9])
    assert "at least 12x12 pixels" in fails(path)
    np.savez(path, train_images=TRAIN, test_images=TEST, train_labels=np.arange(6))
    assert "labels of one part only" in fails(path)
    np.savez(path, train_images=TRAIN, test_images=TEST, train_labels=np.arange(5))
    assert "6 train_images and labels of shape (5,)" in fails(path)
    labels = {"train_labels": np.arange(6), "test_labels": np.arange(4, 8)}
    np.savez(path, train_images=TRAIN, test_images=TEST, **labels)
    assert "test images of class 6, and no training images of it" in fails(path)
    labels["test_labels"] = np.array([], np.int64)
    np.savez(path, train_images=TRAIN, test_images=TEST, **labels)
    assert "4 test_images and labels of shape (0,)" in fails(path)
    np.savez(path, train_images=TRAIN * 2.0, test_images=TEST)
    assert "floating-point from 0, black, to 1" in fails(path)
    write_pictures(tmp_path / "train", TRAIN)
    assert "test holds no .bmp, " in fails(tmp_path, "pictures")
    write_pictures(tmp_path / "test", TEST[:, :14])
    assert "make them alike" in fails(tmp_path, "pictures")
    (tmp_path / "train" / "3.png").write_bytes(b"")
    assert "3.png is no picture that can be read" in fails(tmp_path, "pictures")

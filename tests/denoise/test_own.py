"""One's own arrays and pictures become a data set, or a sentence says what is wrong with them."""

import os
import re
import zipfile

import numpy as np
import pytest
import tifffile
from PIL import Image

from denoise.datasets.registry import find_dataset
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import OwnDataset

RANDOM = np.random.default_rng(0)
TRAIN, TEST = (RANDOM.integers(0, 256, (6, 16, 20), dtype=np.uint8) for _ in range(2))


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
    labels = {"train_labels": np.arange(6), "test_labels": np.arange(6)[::-1]}
    np.savez(tmp_path / "a.npz", train_images=train[..., None], test_images=test, **labels)
    found = find(tmp_path / "a.npz", "npz")
    np.testing.assert_array_equal(found["train_images"], np.where(ones[0], 255, 0))
    assert found["test_images"].dtype == np.uint8
    assert found["test_labels"].tolist() == [5, 4, 3, 2, 1, 0]


def write_pictures(folder, images, classes=None):
    for number, image in enumerate(images):
        place = folder / classes[number] if classes else folder
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(place / f"{number}.png")


def test_folders_of_pictures_are_classes(tmp_path):
    write_pictures(tmp_path / "train", TRAIN, ["cat", "dog"] * 3)
    write_pictures(tmp_path / "test", TEST, ["dog", "cat"] * 3)
    found = find(tmp_path, "pictures")
    assert found["train_labels"].tolist() == [0, 1, 0, 1, 0, 1]  # the first 100 stand for all
    np.testing.assert_array_equal(found["train_images"], TRAIN)
    np.testing.assert_array_equal(found["test_images"], TEST[[1, 0, 3, 2, 5, 4]])


def test_a_class_has_the_same_number_in_both_parts(tmp_path):
    write_pictures(tmp_path / "train", TRAIN, ["ant", "cat", "dog"] * 2)
    write_pictures(tmp_path / "test", TEST, ["dog", "cat"] * 3)  # and no ant
    found = find(tmp_path, "pictures")
    assert found["train_labels"].tolist() == [0, 1, 2, 0, 1, 2]
    assert found["test_labels"].tolist() == [1, 2, 1, 2, 1, 2]


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
    assert "does not exist: mine.path in datasets.yaml" in fails(path)
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
    labels = {"train_labels": np.arange(6), "test_labels": np.arange(1, 7)}
    np.savez(path, train_images=TRAIN, test_images=TEST, **labels)
    assert "test images of class 6, and no training images of it" in fails(path)
    labels["test_labels"] = np.array([], np.int64)
    np.savez(path, train_images=TRAIN, test_images=TEST, **labels)
    assert "6 test_images and labels of shape (0,)" in fails(path)
    np.savez(path, train_images=TRAIN, test_images=TEST[:5])
    assert "has 5 test_images: at least 6 are needed to train, measure and draw" in fails(path)
    np.savez(path, train_images=TRAIN / 200, test_images=TEST)
    assert "floating-point from 0, black, to 1" in fails(path)
    write_pictures(tmp_path / "train", TRAIN)
    assert "test is no folder: a data set of pictures has two" in fails(tmp_path, "pictures")
    (tmp_path / "test").mkdir()
    assert "test holds no .bmp, " in fails(tmp_path, "pictures")
    write_pictures(tmp_path / "test", TEST[:, :14])
    assert "make them alike" in fails(tmp_path, "pictures")
    (tmp_path / "train" / "3.png").write_bytes(b"")
    assert "3.png: it is no PNG, JPEG, TIFF or BMP picture" in fails(tmp_path, "pictures")


def test_a_folder_that_is_a_link_is_a_class_like_any(tmp_path):
    write_pictures(tmp_path / "elsewhere", TRAIN[:2])
    write_pictures(tmp_path / "mine" / "train", TRAIN[2:], ["ant", "cat"] * 2)
    (tmp_path / "mine" / "train" / "bee").symlink_to("../../elsewhere")
    (tmp_path / "mine" / "train" / "ant" / "circle").symlink_to("../..")
    (tmp_path / "mine" / "test").symlink_to("train")
    found = find(tmp_path / "mine", "pictures")
    assert found["train_labels"].tolist() == [0, 1, 2, 0, 1, 2]
    np.testing.assert_array_equal(found["train_images"], TRAIN[[2, 0, 3, 4, 1, 5]])


def test_hidden_and_foreign_files_are_left_out_and_counted(tmp_path, capsys):
    for part, images in (("train", TRAIN), ("test", TEST)):
        write_pictures(tmp_path / part, images, ["cat", "dog"] * 3)
    before = digest(refusal(tmp_path, "pictures"))
    for name in (".ipynb_checkpoints/0.png", "cat/._0.png", "__MACOSX/cat/0.png", ".DS_Store"):
        path = tmp_path / "train" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    (tmp_path / "train" / "cat" / "Thumbs.db").write_bytes(b"")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "0.png").write_bytes(b"")
    capsys.readouterr()
    assert digest(refusal(tmp_path, "pictures")) == before
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"{tmp_path}/train: 5 entries are left out: hidden, of no kind that is")
    assert find(tmp_path, "pictures")["train_labels"].tolist() == [0, 1] * 3


def test_a_class_that_would_silently_be_missing_is_told(tmp_path):
    for part, images in (("train", TRAIN), ("test", TEST)):
        write_pictures(tmp_path / part, images, ["ant", "cat"] * 3)
    bee = tmp_path / "train" / "bee"
    bee.mkdir()
    (bee / "0.webp").write_bytes(b"")
    assert "bee holds no pictures that are read: fill or delete it" in fails(tmp_path, "pictures")
    (bee / "0.webp").unlink()
    bee.rmdir()
    for link in (bee, tmp_path / "train" / "cat" / "9.png"):
        link.symlink_to("moved")
        assert f"{link} is a link that leads nowhere" in fails(tmp_path, "pictures")
        link.unlink()


def test_pictures_are_turned_upright_and_one_a_file(tmp_path):
    write_pictures(tmp_path / "train", TRAIN)
    write_pictures(tmp_path / "test", TEST)
    exif = Image.Exif()
    exif[0x112] = 6
    Image.fromarray(np.rot90(TRAIN[0])).save(tmp_path / "train" / "0.png", exif=exif)
    np.testing.assert_array_equal(find(tmp_path, "pictures")["train_images"], TRAIN)
    pages = [Image.fromarray(image) for image in TRAIN[:2]]
    pages[0].save(tmp_path / "train" / "0.png", save_all=True, append_images=pages[1:])
    assert "0.png: it holds 2 pictures, and one is taken: save each" in fails(tmp_path, "pictures")


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.uint32])
def test_pictures_of_unknown_range_are_refused(tmp_path, dtype):
    write_pictures(tmp_path / "train", TRAIN)
    write_pictures(tmp_path / "test", TEST)
    tifffile.imwrite(tmp_path / "train" / "0.tif", TRAIN[0].astype(dtype), photometric="minisblack")
    assert "0.tif: it holds signed or 32-bit integers" in fails(tmp_path, "pictures")


def test_sixteen_bits_with_white_at_zero_are_read(tmp_path):
    for part, images in (("train", TRAIN), ("test", TEST)):
        (tmp_path / part).mkdir()
        for number, image in enumerate(images):
            values = 65535 - image.astype(np.uint16) * 257
            tifffile.imwrite(tmp_path / part / f"{number}.tif", values, photometric="miniswhite")
    np.testing.assert_array_equal(find(tmp_path, "pictures")["train_images"], TRAIN)


def test_names_need_not_be_utf_8(tmp_path):
    for part, images in (("train", TRAIN), ("test", TEST)):
        write_pictures(tmp_path / part, images, [os.fsdecode(b"caf\xe9"), "zoo"] * 3)
    assert find(tmp_path, "pictures")["train_labels"].tolist() == [0, 1] * 3


@pytest.mark.parametrize("dtype", [">u2", ">f4", "f2", "longdouble"])
def test_arrays_in_any_order_of_bytes_are_taken(tmp_path, dtype):
    white = 65535 if np.dtype(dtype).kind == "u" else 1
    train, test = (np.asfortranarray((part / 255 * white).astype(dtype)) for part in (TRAIN, TEST))
    np.savez(tmp_path / "a.npz", train_images=train, test_images=test)
    np.testing.assert_allclose(
        find(tmp_path / "a.npz", "npz")["train_images"].astype(int), TRAIN, atol=1
    )


def test_an_encrypted_or_damaged_archive_is_told(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, train_images=TRAIN, test_images=TEST)
    good = path.read_bytes()
    encrypted = bytearray(good)
    for begin, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        encrypted[good.index(begin) + flags] |= 1
    damaged = good[:300] + bytes(300) + good[600:]
    for content in (bytes(encrypted), damaged, good.replace(b"\x08\0", b"\x63\0")):
        path.write_bytes(content)
        assert f"{path} is no .npz file of arrays: " in fails(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("train_images", b"text")
    assert "holds no train_images, but nothing" in fails(path)
    assert "is no file: mine.format in datasets.yaml says npz" in fails(tmp_path)

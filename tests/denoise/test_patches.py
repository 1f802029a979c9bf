"""Real pictures of several sizes become patches that fit back together, or a sentence says why."""

import io
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skimage
from PIL import Image
from pydantic import ValidationError

from denoise.datasets.registry import find_dataset
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import OwnDataset
from denoise.storage.arrays import has_patches, write_arrays
from tests.denoise.test_own import digest

PICTURES = Path(skimage.__file__).parent / "data"  # those that come in its wheel
TRAIN = ("text.png", "coins.png", "clock_motion.png")
TEST = ("page.png", "camera.png")


@pytest.fixture
def folder(tmp_path):
    for part, names in (("train", TRAIN), ("test", TEST)):
        (tmp_path / part).mkdir()
        for name in names:
            shutil.copy(PICTURES / name, tmp_path / part / name)
    return tmp_path


def entry(path, sha256="unknown", **cut):
    settings = {"format": "pictures", "path": str(path), "sha256": sha256, **cut}
    return OwnDataset.model_validate(settings)


def find(path, **cut):
    with pytest.raises(InputError) as caught:
        find_dataset("mine", entry(path, **cut))
    sha256 = digest(str(caught.value))
    if sha256 is None:
        raise caught.value
    return find_dataset("mine", entry(path, sha256, **cut))


def refusal(path, **cut):
    with pytest.raises(InputError) as caught:
        find(path, **cut)
    return str(caught.value)


def grey(path):
    return np.asarray(Image.open(path).convert("L"))


def test_patches_lie_where_the_table_says(folder):
    found = find(folder, patch=[64, 48], stride=[32, 48])
    for part in ("train", "test"):
        table, images = found[f"{part}_patches"], found[f"{part}_images"]
        assert list(table.columns) == ["patch", "picture", "top", "left"]
        assert table["patch"].tolist() == list(range(len(images)))
        for row in table.itertuples():
            picture = grey(folder / part / row.picture)
            expected = picture[row.top : row.top + 64, row.left : row.left + 48]
            np.testing.assert_array_equal(images[row.patch], expected)
    assert set(found["train_patches"]["picture"]) == set(TRAIN)
    assert set(found["train_patches"]["top"] % 32) == {0}
    assert 32 in set(found["train_patches"]["top"])  # to train on, patches overlap
    assert set(found["test_patches"]["top"] % 64) == {0}  # to test on, none does


def test_what_became_of_the_pictures_is_told(folder, capsys):
    find(folder, patch=[64, 64])
    train, test = capsys.readouterr().out.splitlines()
    # 172x448, 303x384 and 300x400: 2 x 7, 4 x 6 and 4 x 6 patches.
    left = 172 * 448 + 303 * 384 + 300 * 400 - (14 + 24 + 24) * 64**2
    assert train == (
        "train: 3 pictures of 3 sizes cut into 62 patches of 64x64 pixels;"
        f" {left:,} of 313,408 pixels fell off the edges"
    )
    # 191x384 and 512x512.
    assert test.startswith("test: 2 pictures of 2 sizes cut into 76 patches of 64x64 pixels; 24,")


def test_the_first_patches_stand_for_all_pictures_and_are_always_the_same(folder):
    first, again = (find(folder, patch=[32, 32])["train_patches"] for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert set(first["picture"][:20]) == set(TRAIN)


def test_classes_are_those_of_the_pictures(folder):
    for part, names in (("train", TRAIN), ("test", TEST)):
        for number, name in enumerate(names):
            place = folder / part / ("dark", "light")[number % 2]
            place.mkdir(exist_ok=True)
            (folder / part / name).rename(place / name)
    found = find(folder, patch=[64, 64])
    expected = [int(name.startswith("light/")) for name in found["train_patches"]["picture"]]
    assert found["train_labels"].tolist() == expected
    assert 0 < sum(expected) < len(expected)


def test_the_table_lies_beside_the_arrays(folder):
    found = find(folder, patch=[64, 64])
    write_arrays(found, folder / "clean")
    assert has_patches(folder / "clean")
    written = pd.read_csv(io.BytesIO((folder / "clean" / "test_patches.csv").read_bytes()))
    pd.testing.assert_frame_equal(written, found["test_patches"])


def test_what_cannot_be_cut_is_told(folder):
    assert "train/coins.png has 384x303 pixels, and" in refusal(folder)
    said = refusal(folder, patch=[180, 64])
    assert "text.png has 448x172 pixels, less than a patch of 64x180: leave it out" in said
    assert "at least 12x12 pixels" in refusal(folder, patch=[8, 64])
    shutil.copy(folder / "train" / "coins.png", folder / "test" / "money.png")
    said = refusal(folder, patch=[64, 64])
    assert "test/money.png is the same picture as" in said
    assert said.endswith("train/coins.png: leave one of them out")


def test_what_an_entry_cannot_say_is_told(tmp_path):
    with pytest.raises(ValidationError, match="has a stride but no patch"):
        entry(tmp_path, stride=[8, 8])
    with pytest.raises(ValidationError, match="are not cut into patches"):
        entry(tmp_path, patch=[64, 64], format="npz")
    for patch in ([64], [64, 0], 64):
        with pytest.raises(ValidationError, match="patch"):
            entry(tmp_path, patch=patch)


def test_a_clean_page_that_has_noisy_ones_in_both_parts_is_told(tmp_path):
    page = grey(PICTURES / "page.png")
    for number, part in enumerate(("train", "test")):
        for kind, add in (("clean", 0), ("noisy", 10 * number + 10)):
            (tmp_path / part / kind).mkdir(parents=True)
            picture = Image.fromarray(np.maximum(page, add))
            picture.save(tmp_path / part / kind / f"{part}.png")
    said = refusal(tmp_path, format="pairs", patch=[64, 64])
    assert "test/clean/test.png is the same picture as" in said


def test_a_picture_to_test_on_is_no_training_picture_of_another_kind_or_format(tmp_path):
    random = np.random.default_rng(0)
    pages = random.integers(0, 256, (4, 64, 64), dtype=np.uint8)
    for number, (part, kind) in enumerate(
        (part, kind) for part in ("train", "test") for kind in ("clean", "noisy")
    ):
        (tmp_path / part / kind).mkdir(parents=True)
        Image.fromarray(pages[number]).save(tmp_path / part / kind / "a.png")
    (tmp_path / "test" / "noisy" / "a.png").unlink()
    Image.fromarray(pages[0]).convert("RGB").save(tmp_path / "test" / "noisy" / "a.png")
    said = refusal(tmp_path, format="pairs", patch=[24, 24])
    assert "test/noisy/a.png is the same picture as" in said
    assert said.endswith("train/clean/a.png: leave one of them out")


def test_a_second_noisy_picture_that_is_the_first_is_told(tmp_path):
    random = np.random.default_rng(0)
    for part in ("train", "test"):
        for kind in ("noisy", "noisy-copy"):
            (tmp_path / part / kind).mkdir(parents=True)
            for name in "abc":
                picture = Image.fromarray(random.integers(0, 256, (64, 64), dtype=np.uint8))
                picture.save(tmp_path / part / kind / f"{name}.png")
    same = Image.open(tmp_path / "train" / "noisy" / "b.png").convert("RGB")
    same.save(tmp_path / "train" / "noisy-copy" / "b.png")
    for cut in ({}, {"patch": [24, 24]}):
        said = refusal(tmp_path, format="pairs", **cut)
        assert "train/noisy-copy/b.png is the same picture as" in said
        assert "train/noisy/b.png, and must be one of the same scene with other noise" in said

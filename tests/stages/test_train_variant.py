"""Trainings of the studies: what one holds out, none of its seeds sees."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from denoise.io.errors import InputError
from denoise.storage.arrays import has_patches, write_arrays
from stages.train_variant import without_held_out
from tests.stages.small_run import finish, start, write_parameters

ROOT = Path(__file__).parents[2]
OPTIONS = ("--noisy", "noisy", "--curve", "loss.csv", "--checkpoints", "checkpoints")


def variant(folder, clean, held_out):
    """Train an ensemble's one seed as a user does; the bytes of its model."""
    folder.mkdir()
    write_parameters(folder)
    (folder / "studies").mkdir()
    yaml = YAML()
    studies = yaml.load(ROOT / "studies" / "params.yaml")
    studies["trainings"] = {
        "noise_ranges/less": {"recipe": "quick", "seeds": [1], "held_out": held_out}
    }
    studies["ensembles"] = {}
    studies["base"]["noise"]["copies"] = 2
    yaml.dump(studies, folder / "studies" / "params.yaml")
    where = ("--name=noise_ranges/less", "--clean", clean, "--model", "models")
    finish(start(folder, "train_variant", *where, *OPTIONS))
    assert not {"noisy", "noisy-clean"} & {path.name for path in folder.iterdir()}
    return (folder / "models" / "1" / "model.onnx").read_bytes()


def test_held_out_images_have_no_part_in_a_training(tmp_path, small_data):
    shutil.copytree(small_data / "clean", tmp_path / "other")
    images = np.load(tmp_path / "other" / "train_images.npy")
    images[-40:] = 255 - images[-40:]
    np.save(tmp_path / "other" / "train_images.npy", images)
    first = variant(tmp_path / "first", small_data / "clean", 40)
    assert first == variant(tmp_path / "second", tmp_path / "other", 40)
    assert first != variant(tmp_path / "whole", small_data / "clean", 0)


def test_images_that_are_seen_lie_apart_while_it_trains(tmp_path, small_data):
    clean, apart = small_data / "clean", tmp_path / "apart"
    images = np.load(clean / "train_images.npy")
    with without_held_out(clean, 40, apart, "ensembles/a") as seen:
        np.testing.assert_array_equal(np.load(seen / "train_images.npy"), images[:-40])
        np.testing.assert_array_equal(
            np.load(seen / "test_images.npy"), np.load(clean / "test_images.npy")
        )
    assert not apart.exists()
    with without_held_out(clean, 0, apart, "ensembles/a") as seen:
        assert seen == clean


def test_all_that_belongs_to_training_images_is_cut_alike(tmp_path):
    clean = tmp_path / "clean"
    tables = {
        f"{part}_patches": pd.DataFrame(
            {"patch": range(8), "picture": "a.png", "top": 0, "left": 0}
        )
        for part in ("train", "test")
    }
    values = np.arange(8, dtype=np.uint8)
    arrays = {f"{part}_labels": values for part in ("train", "test")}
    arrays |= {
        f"{part}_images": np.tile(values[:, None, None], (1, 28, 28)) for part in ("train", "test")
    }
    arrays |= {f"{part}_noisy": arrays[f"{part}_images"][None] for part in ("train", "test")}
    write_arrays(arrays | tables, clean)
    with without_held_out(clean, 3, tmp_path / "apart", "ensembles/a") as seen:
        assert has_patches(seen)
        assert {path.name for path in seen.iterdir()} == {path.name for path in clean.iterdir()}
        for part, count in (("train", 5), ("test", 8)):
            assert len(np.load(seen / f"{part}_images.npy")) == count
            assert np.load(seen / f"{part}_labels.npy").tolist() == [*range(count)]
            noisy = np.load(seen / f"{part}_noisy.npy")
            assert noisy[0, :, 0, 0].tolist() == [*range(count)]
            assert pd.read_csv(seen / f"{part}_patches.csv")["patch"].tolist() == [*range(count)]


def test_some_images_must_be_left(tmp_path, small_data):
    with (
        pytest.raises(
            InputError, match=r"trainings\.ensembles/a\.held_out .* is 240, which leaves"
        ),
        without_held_out(small_data / "clean", 240, tmp_path / "apart", "ensembles/a"),
    ):
        pass
    assert not (tmp_path / "apart").exists()

"""Pictures of any size keep it, show no seam, and take little memory, by models that take tiles."""

import json
import shutil
import tracemalloc
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from denoise.datasets.pictures import read_picture
from denoise.export.onnx_export import export_onnx
from denoise.inference.api import denoise_images, denoise_with_uncertainty, load_model
from denoise.inference.tiles import denoise_in_tiles
from denoise.io.errors import InputError
from denoise.networks.autoencoder import build_autoencoder
from denoise.networks.unet import build_unet
from denoise.onnx_model import TAKES, TILES, OnnxModel
from denoise.uncertainty.ensemble_model import Intervals
from denoise.uncertainty.packing import pack_members, write_packed
from tests.denoise.test_patches import PICTURES


def export(build, size, path, weights=None):
    """A network of some size as ONNX, and its weights; random ones where none are given."""
    keras.utils.set_random_seed(1)
    network = build(size=size)
    if weights is not None:
        network.set_weights(weights)
    export_onnx(network, path, tiles=True)
    return network.get_weights()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of tiles of 64x64 pixels."""
    path = tmp_path_factory.mktemp("tiles") / "model.onnx"
    export(build_autoencoder, (64, 64), path)
    return path


def grey(name):
    return read_picture(PICTURES / name, paper=0.0).grey


@pytest.mark.parametrize(
    ("build", "tile", "sees"), [(build_autoencoder, (256, 320), 32), (build_unet, (384, 384), 48)]
)
def test_in_tiles_a_picture_becomes_what_it_becomes_as_a_whole(tmp_path, build, tile, sees):
    picture = grey("camera.png")[:448]
    weights = export(build, tile, tmp_path / "tile.onnx")
    export(build, picture.shape, tmp_path / "whole.onnx", weights)
    in_tiles = denoise_in_tiles(picture, OnnxModel(tmp_path / "tile.onnx"), tile)
    (whole,) = OnnxModel(tmp_path / "whole.onnx")(picture[np.newaxis])
    inner = np.s_[sees:-sees, sees:-sees]  # further from the edge than the network sees
    assert np.ptp(whole[inner]) > 1000 * 1e-6
    np.testing.assert_allclose(in_tiles[inner], whole[inner], atol=1e-6, rtol=0)


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (63, 65), (64, 41), (130, 257)])
@pytest.mark.parametrize("tile", [(64, 64), (28, 20), (12, 100), (5, 7)])
def test_every_pixel_counts_once_whatever_the_sizes(size, tile):
    picture = np.random.default_rng(0).random(size, dtype=np.float32)
    shapes = set()

    def same(tiles):
        shapes.add(tiles.shape[1:])
        return tiles

    np.testing.assert_allclose(denoise_in_tiles(picture, same, tile), picture, atol=1e-6)
    assert shapes == {tile}


def test_what_differs_from_tile_to_tile_is_blended(model):
    picture = np.zeros((40, 400), np.float32)
    brightness = iter(np.tile([0.0, 1.0], 100))

    def flickering(tiles):
        return np.stack([np.full((64, 64), next(brightness), np.float32) for _ in tiles])

    row = denoise_in_tiles(picture, flickering, (64, 64))[20]
    assert row.min() == 0
    assert row.max() == 1
    assert np.abs(np.diff(row)).max() < 0.2  # over eight pixels from one to the other


def test_memory_does_not_grow_with_the_picture(model):
    run = OnnxModel(model)
    extra = []
    for size in ((300, 400), (1200, 1600)):
        picture = np.random.default_rng(0).random(size, dtype=np.float32)
        tracemalloc.start()
        result = denoise_in_tiles(picture, run, (64, 64))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        extra.append(peak - result.nbytes)
    assert extra[1] < extra[0] + 1_000_000 < 10_000_000


def test_the_command_keeps_a_pictures_size(denoise, model):
    for name in ("coins.png", "text.png"):
        shutil.copy(PICTURES / name, name)
    code, out, _ = denoise("coins.png", "text.png", "-o", "out", "--model", str(model), "--compare")
    assert code == 0
    assert out[0] == "coins.png -> out/coins.png: 384x303 grey"
    expected = denoise_images(grey("coins.png"), str(model))
    assert expected.shape == (303, 384)
    written = np.asarray(Image.open("out/coins.png"))
    np.testing.assert_array_equal(written, np.rint(expected * 255).astype(np.uint8))
    assert Path("out/compare-001.png").exists()


def test_arrays_keep_their_sizes_too(denoise, model):
    pictures = np.random.default_rng(0).random((3, 70, 90), dtype=np.float32)
    np.savez("some.npz", many=pictures[..., None], one=pictures[0], tiles=pictures[:, :64, :64])
    assert denoise("some.npz", "-o", "out", "--model", str(model), "--invert")[0] == 0
    found = np.load("out/some.npz")
    assert found["many"].shape == (3, 70, 90, 1)
    for name, images in (("one", pictures[0]), ("tiles", pictures[:, :64, :64])):
        np.testing.assert_allclose(found[name], denoise_images(1 - images, str(model)), atol=1e-6)
    np.testing.assert_array_equal(found["many"][0, ..., 0], found["one"])
    np.testing.assert_allclose(
        found["tiles"], load_model(str(model))(1 - pictures[:, :64, :64]), atol=1e-6
    )


def test_a_large_picture_is_measured_in_bands_as_it_would_be_whole(denoise, model, monkeypatch):
    noise = np.random.default_rng(0).normal(0, 25 / 255, (512, 512))
    Image.fromarray(np.uint8(255 * np.clip(grey("camera.png") + noise, 0, 1))).save("camera.png")
    command = ("camera.png", "-o", "out", "--model", str(model), "--json", "--force")
    (whole,) = denoise(*command)[1]
    monkeypatch.setattr("denoise.inference.outcome.BAND_PIXELS", 20_000)
    (in_bands,) = denoise(*command)[1]
    whole, in_bands = json.loads(whole), json.loads(in_bands)
    assert in_bands["rms_change"] == whole["rms_change"] > 0
    assert in_bands["noise_std"] == pytest.approx(whole["noise_std"], rel=0.1)
    assert (in_bands["images"], in_bands["readings"]) == (1, {})
    assert in_bands["suggested_model"] is None  # those that are known here denoise digits


def test_an_ensemble_tells_how_far_off_pixels_of_any_size_may_be(denoise, model, tmp_path):
    export(lambda size: build_unet(size=size), (64, 64), tmp_path / "other.onnx")
    packed = pack_members([model, tmp_path / "other.onnx"])
    metadata = Intervals(0.9, 2.0, 0.01).as_metadata() | {TAKES: TILES}
    write_packed(packed, metadata, tmp_path / "both.onnx")
    shutil.copy(PICTURES / "text.png", "text.png")
    assert denoise("text.png", "-o", "out", "--model", "both.onnx", "--uncertainty")[0] == 0
    denoised, half_widths = denoise_with_uncertainty(grey("text.png"), "both.onnx")
    assert denoised.shape == half_widths.shape == (172, 448)
    np.testing.assert_array_equal(denoised, denoise_images(grey("text.png"), "both.onnx"))
    for name, values in (("text", denoised), ("text-uncertainty", half_widths)):
        written = np.asarray(Image.open(f"out/{name}.png"))
        np.testing.assert_array_equal(written, np.rint(values * 255).astype(np.uint8))
    members = [denoise_images(grey("text.png"), name) for name in (str(model), "other.onnx")]
    deviation = np.abs(members[0] - members[1]) / np.sqrt(2)
    inner = np.s_[8:-8, 8:-8]  # where tiles overlap, a mean of deviations is more than theirs
    assert (half_widths >= 2 * (deviation + 0.01) - 1e-5)[inner].mean() > 0.999


def test_there_is_no_digit_to_fit(denoise, model):
    shutil.copy(PICTURES / "page.png", "page.png")
    code, _, _ = denoise("page.png", "-o", "out", "--model", str(model), "--fit")
    assert code == (
        "denoise: this model denoises whole pictures at their own size, and cuts no digit out of"
        " them: leave out --fit"
    )
    with pytest.raises(InputError, match="cuts no digit out of them: leave out `fit`"):
        denoise_images(grey("page.png"), str(model), fit=True)

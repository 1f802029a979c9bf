"""An ensemble in one file gives what its members give, and says how sure it is."""

import keras
import numpy as np
import onnx
import pytest

from denoise.export.onnx_export import export_onnx
from denoise.inference.api import denoise_images, denoise_with_uncertainty, load_model
from denoise.io.errors import InputError
from denoise.onnx_model import OnnxModel
from denoise.uncertainty.ensemble_model import EnsembleModel, Intervals
from denoise.uncertainty.packing import pack_members, write_packed
from tests.packed_ensemble import INTERVALS, MEMBERS, NETWORKS, pack

NOISY = np.random.default_rng(0).normal(0.3, 0.5, (300, 28, 28)).astype(np.float32)


@pytest.mark.parametrize(
    "members", [MEMBERS, [NETWORKS / "unet" / seed / "model.onnx" for seed in ("1", "2")]]
)
def test_it_gives_the_mean_of_its_members_and_their_deviation(tmp_path, members):
    write_packed(pack_members(members), {}, tmp_path / "model.onnx")
    outputs = np.stack([OnnxModel(path)(NOISY) for path in members])
    model = EnsembleModel(tmp_path / "model.onnx")
    mean, deviation = model.with_deviation(NOISY)
    assert mean.dtype == deviation.dtype == np.float32
    np.testing.assert_allclose(mean, outputs.mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(deviation, outputs.std(axis=0, ddof=1), atol=1e-6)
    np.testing.assert_array_equal(model(NOISY), mean)
    assert model.intervals is None


def test_any_runtime_finds_two_outputs_of_images(tmp_path):
    path = pack(tmp_path)
    graph = onnx.load(path).graph
    assert [value.name for value in graph.input] == ["input"]
    assert [value.name for value in graph.output] == ["output", "deviation"]
    for value in graph.output:
        assert value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT
        sides = [side.dim_param or side.dim_value for side in value.type.tensor_type.shape.dim]
        assert sides == ["n", 28, 28, 1]
    first = path.read_bytes()
    assert pack(tmp_path).read_bytes() == first


def test_its_half_widths_follow_from_the_deviation(tmp_path):
    path = pack(tmp_path)
    assert EnsembleModel(path).intervals == INTERVALS
    denoised, half_widths = denoise_with_uncertainty(NOISY, str(path))
    mean, deviation = EnsembleModel(path).with_deviation(NOISY)
    np.testing.assert_array_equal(denoised, mean)
    expected = np.minimum(5.0 * (deviation.astype(float) + 0.001), 1)
    np.testing.assert_allclose(half_widths, expected, atol=1e-6)
    assert half_widths.max() == 1 > half_widths.min()
    np.testing.assert_array_equal(denoise_images(NOISY, str(path)), mean)


def test_one_image_and_whole_pages_have_maps_too(tmp_path):
    path = str(pack(tmp_path))
    one = denoise_with_uncertainty(NOISY[0], path)
    assert [part.shape for part in one] == [(28, 28), (28, 28)]
    many = denoise_with_uncertainty(NOISY[:1], path)
    np.testing.assert_allclose(one, [part[0] for part in many], atol=1e-6)
    page = np.zeros((80, 90))
    page[20:60, 40:46] = 1
    found = denoise_with_uncertainty(1 - page, path, fit=True, invert=True)
    np.testing.assert_allclose(found[0], denoise_images(1 - page, path, fit=True, invert=True))
    assert found[1].shape == (28, 28)


def test_a_model_that_is_no_ensemble_is_told(tmp_path):
    with pytest.raises(InputError, match="'denoiser' does not say how sure it is"):
        denoise_with_uncertainty(NOISY, "denoiser")
    with pytest.raises(InputError, match="does not say how sure it is: take an ensemble"):
        load_model("denoiser").with_half_widths(NOISY)


@pytest.mark.parametrize(
    "said",
    [
        "no JSON",
        '{"coverage": 0.9}',
        '{"coverage": 0.9, "factor": "5", "floor": 0.1}',
        '{"coverage": 0.9, "factor": -1.0, "floor": 0.1}',
        '{"coverage": 9.0, "factor": 1.0, "floor": 0.1}',
        "[]",
    ],
)
def test_intervals_that_cannot_be_are_told(tmp_path, said):
    write_packed(pack_members(MEMBERS), {"intervals": said}, tmp_path / "model.onnx")
    with pytest.raises(InputError, match=r"model\.onnx says of its intervals what cannot be"):
        load_model(str(tmp_path / "model.onnx"))


def test_members_must_be_several_and_alike(tmp_path):
    with pytest.raises(InputError, match="has two members or more, and there are 1"):
        pack_members(MEMBERS[:1])
    layer = keras.layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="only")
    small = keras.Sequential([keras.Input((20, 24, 1)), layer])
    export_onnx(small, tmp_path / "small.onnx")
    with pytest.raises(InputError, match=r"small\.onnx takes other images than"):
        pack_members([MEMBERS[0], tmp_path / "small.onnx"])


def test_half_widths_are_never_wider_than_grey_values_are_apart():
    widths = Intervals(0.9, 100.0, 0.5).half_widths(np.array([0.0, 3.0], np.float32))
    np.testing.assert_array_equal(widths, [1.0, 1.0])

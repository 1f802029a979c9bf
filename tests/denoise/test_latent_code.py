"""The code is the autoencoder's own, packs as small as it says, and tells digits apart."""

import io

import keras
import numpy as np
import pytest
from PIL import Image

from denoise.analysis.latent_code import (
    Code,
    as_jpeg,
    entropy_bits,
    has_code,
    linear_probe,
    quantise,
    restore,
)
from denoise.datasets.sklearn_digits import find_digits
from denoise.export.onnx_export import export_onnx
from denoise.networks.autoencoder import build_autoencoder, cut_at_code
from denoise.networks.unet import build_unet

DIGITS = find_digits()
IMAGES = DIGITS["train_images"][:300] / 255.0
LABELS = DIGITS["train_labels"][:300]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(1)
    return build_autoencoder()


@pytest.fixture(scope="module")
def path(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "model.onnx"
    export_onnx(model, path)
    return path


def test_encoder_and_decoder_are_those_of_the_model(model, path):
    code = Code(path)
    encoder, decoder = cut_at_code(model)
    inputs = IMAGES[:260, ..., np.newaxis].astype(np.float32)
    expected = encoder.predict(inputs, verbose=0)
    codes = code.encode(IMAGES[:260])
    np.testing.assert_allclose(codes.transpose(0, 2, 3, 1), expected, atol=1e-5)
    np.testing.assert_allclose(
        code.decode(codes), decoder.predict(expected, verbose=0)[..., 0], atol=1e-5
    )


def test_a_model_without_a_code_is_told(path, tmp_path):
    assert has_code(path)
    export_onnx(build_unet(), tmp_path / "unet.onnx")
    assert not has_code(tmp_path / "unet.onnx")


@pytest.mark.parametrize("bits", [2, 8])
def test_quantised_codes_come_back_within_half_a_step(path, bits):
    codes = Code(path).encode(IMAGES)
    steps = quantise(codes, codes, bits)
    assert steps.min() == 0
    assert steps.max() == 2**bits - 1
    half = (codes.max(axis=0) - codes.min(axis=0)) / (2**bits - 1) / 2
    assert (np.abs(restore(steps, codes, bits) - codes) <= half * 1.001 + 1e-7).all()
    assert 0 < entropy_bits(steps) <= bits * codes[0].size


def test_entropy_counts_a_unit_that_never_changes_as_nothing():
    steps = np.array([[0, 5], [1, 5], [2, 5], [3, 5]])
    assert entropy_bits(steps) == pytest.approx(2)


def test_a_jpeg_takes_the_bytes_it_says_and_more_for_more_quality():
    coarse, small = as_jpeg(IMAGES[:100], 5)
    fine, large = as_jpeg(IMAGES[:100], 90)
    assert small < large
    assert np.mean((fine - IMAGES[:100]) ** 2) < np.mean((coarse - IMAGES[:100]) ** 2)
    sheet = IMAGES[:100].reshape(10, 10, 28, 28).swapaxes(1, 2).reshape(280, 280)
    content = io.BytesIO()
    grey = Image.fromarray(np.rint(255 * sheet).astype(np.uint8))
    grey.save(content, "JPEG", quality=90, optimize=True)
    assert large == len(content.getvalue()) / 100


def test_a_linear_reader_reads_digits():
    reader = linear_probe(IMAGES[:200], LABELS[:200])
    assert reader.score(IMAGES[200:].reshape(100, -1), LABELS[200:]) > 0.5

"""The network is the article's, and can be cut at its code."""

import keras
import numpy as np
import pytest

from denoise.networks.autoencoder import build_autoencoder, cut_at_code


def test_it_has_the_articles_weights_and_code():
    model = build_autoencoder()
    assert model.count_params() == 4385
    assert model.get_layer("code").output.shape[1:] == (4, 4, 8)
    assert model.get_layer("decode_16").output.shape[1:] == (14, 14, 16)
    assert model.output_shape == (None, 28, 28, 1)
    kernels = [layer.kernel.shape for layer in model.layers if hasattr(layer, "kernel")]
    assert [kernel[3] for kernel in kernels] == [16, 8, 8, 8, 8, 16, 1]


def test_a_deconvolution_in_place_of_each_upsampling_costs_weights():
    model = build_autoencoder("transpose")
    assert model.count_params() == 4385 + 2 * (9 * 8 * 8 + 8) + 9 * 16 * 16 + 16
    assert model.output_shape == (None, 28, 28, 1)


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize(("size", "code"), [((28, 28), (4, 4)), ((32, 29), (5, 5))])
def test_encoder_and_decoder_together_are_the_model(tmp_path, size, code, saved):
    model = build_autoencoder(size=size)
    if saved:
        model.save(tmp_path / "model.keras")
        model = keras.models.load_model(tmp_path / "model.keras")
    encoder, decoder = cut_at_code(model)
    images = np.random.default_rng(0).random((5, *size, 1), dtype=np.float32)
    codes = encoder.predict(images, verbose=0)
    assert codes.shape == (5, *code, 8)
    np.testing.assert_allclose(
        decoder.predict(codes, verbose=0), model.predict(images, verbose=0), atol=1e-6
    )


@pytest.mark.parametrize(
    ("size", "beyond", "whole"),
    [((27, 20), ((0, 1), (0, 0)), (28, 20)), ((32, 29), ((2, 2), (3, 4)), (36, 36))],
)
def test_other_sizes_are_continued_by_reflection_and_cut_again(size, beyond, whole):
    plain, other = build_autoencoder(size=whole), build_autoencoder(size=size)
    other.set_weights(plain.get_weights())
    images = np.random.default_rng(0).random((3, *size, 1), dtype=np.float32)
    denoised = other.predict(images, verbose=0)
    assert denoised.shape == images.shape
    reflected = np.pad(images, ((0, 0), *beyond, (0, 0)), mode="reflect")
    rows, columns = (slice(b, b + side) for (b, _), side in zip(beyond, size, strict=True))
    expected = plain.predict(reflected, verbose=0)[:, rows, columns]
    inner = slice(1, -1)  # the last convolution sees the edge of the image itself
    np.testing.assert_allclose(
        denoised[:, inner, inner], expected[:, inner, inner], atol=1e-6, rtol=0
    )

"""The network is the article's, and can be cut at its code."""

import numpy as np

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


def test_encoder_and_decoder_together_are_the_model():
    model = build_autoencoder()
    encoder, decoder = cut_at_code(model)
    images = np.random.default_rng(0).random((5, 28, 28, 1), dtype=np.float32)
    codes = encoder.predict(images, verbose=0)
    assert codes.shape == (5, 4, 4, 8)
    np.testing.assert_allclose(
        decoder.predict(codes, verbose=0), model.predict(images, verbose=0), atol=1e-6
    )

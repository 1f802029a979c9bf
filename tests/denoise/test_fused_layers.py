"""The fused form is the plain model: the same outputs, the same weights."""

import keras
import numpy as np
import pytest

from denoise.backends.fused_layers import UpsampleAndConvolve, fuse
from denoise.networks.autoencoder import build_autoencoder
from denoise.networks.unet import build_unet

IMAGES = np.random.default_rng(0).random((50, 28, 28, 1), dtype=np.float32)


def build_autoencoder_with_reflected_edges():
    return build_autoencoder(size=(27, 25))


@pytest.mark.parametrize(
    ("build", "fusions"),
    [(build_autoencoder, 3), (build_autoencoder_with_reflected_edges, 2), (build_unet, 1)],
)
def test_outputs_agree_and_weights_are_shared(build, fusions):
    keras.utils.set_random_seed(3)
    model = build()
    fused = fuse(model)
    assert sum(isinstance(layer, UpsampleAndConvolve) for layer in fused.layers) == fusions
    assert {id(v) for v in fused.trainable_variables} == {id(v) for v in model.trainable_variables}
    _, height, width, _ = model.input_shape
    images = IMAGES[:, :height, :width]
    np.testing.assert_allclose(
        fused.predict(images, verbose=0), model.predict(images, verbose=0), atol=1e-6
    )


def test_other_upsamplings_and_convolutions_are_left_plain():
    model = keras.Sequential(
        [
            keras.Input((7, 7, 2)),
            keras.layers.UpSampling2D(2),
            keras.layers.Conv2D(2, 5, name="wide"),
            keras.layers.UpSampling2D(2),
            keras.layers.Conv2D(2, 3, strides=2, name="strided"),
            keras.layers.UpSampling2D(2, interpolation="bilinear"),
            keras.layers.Conv2D(2, 3, name="smooth"),
            keras.layers.UpSampling2D(3),
            keras.layers.Conv2D(2, 3, name="threefold"),
        ]
    )
    assert fuse(model).layers[1:] == model.layers

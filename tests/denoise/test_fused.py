"""The fused and the sliced form are the plain model: the same outputs, the same weights."""

import keras
import numpy as np
import pytest

from denoise.autoencoder import build_autoencoder
from denoise.fused import fuse
from denoise.sliced import slice_batches
from denoise.unet import build_unet

IMAGES = np.random.default_rng(0).random((50, 28, 28, 1), dtype=np.float32)


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(3)


@pytest.mark.parametrize("build", [build_autoencoder, build_unet])
def test_outputs_agree_and_weights_are_shared(build):
    model = build()
    fused = fuse(model)
    assert len(fused.layers) < len(model.layers)
    assert {id(v) for v in fused.trainable_variables} == {id(v) for v in model.trainable_variables}
    np.testing.assert_allclose(
        fused.predict(IMAGES, verbose=0), model.predict(IMAGES, verbose=0), atol=1e-6
    )


@pytest.mark.parametrize("build", [build_autoencoder, build_unet])
@pytest.mark.parametrize("count", [1, 3, 4, 5, 50])
def test_slices_give_what_the_whole_gives(build, count):
    model = build()
    sliced = slice_batches(model)
    assert {id(v) for v in sliced.trainable_variables} == {id(v) for v in model.trainable_variables}
    np.testing.assert_allclose(
        sliced.predict(IMAGES[:count], verbose=0),
        model.predict(IMAGES[:count], verbose=0),
        atol=1e-6,
    )


def test_odd_sizes_and_unpadded_convolutions_are_left_plain():
    model = keras.Sequential(
        [
            keras.Input((7, 7, 2)),
            keras.layers.Conv2D(3, 3, padding="same", name="odd"),
            keras.layers.MaxPooling2D(2, padding="same"),
            keras.layers.UpSampling2D(2),
            keras.layers.Conv2D(2, 3, name="unpadded"),
        ]
    )
    fused = fuse(model)
    assert fused.layers[1:] == model.layers

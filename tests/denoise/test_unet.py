"""The U-Net is compact, keeps the size of an image, and its skips carry what the bottom cannot."""

import keras
import numpy as np
import pytest

from denoise.networks.unet import build_unet


@pytest.mark.parametrize("up", ["nearest", "transpose"])
def test_it_is_compact_and_keeps_the_size(up):
    model = build_unet(up)
    assert model.count_params() < 1_200_000
    assert model.output_shape == (None, 28, 28, 1)


def test_an_image_passes_around_the_bottom():
    keras.utils.set_random_seed(1)
    model = build_unet()
    images = np.random.default_rng(0).random((2, 28, 28, 1), dtype=np.float32)
    before = model.predict(images, verbose=0)
    bottom = model.get_layer("decode_4")
    bottom.set_weights([np.zeros_like(weight) for weight in bottom.get_weights()])
    after = model.predict(images, verbose=0)
    assert not np.allclose(before, after, atol=1e-4)  # the bottom matters
    assert not np.allclose(after[0], after[1], atol=1e-4)  # and what goes around it too

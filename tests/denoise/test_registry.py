"""Networks take images of other sizes than MNIST's, or say which they take."""

import keras
import numpy as np
import pytest

from denoise.classifier import build_classifier
from denoise.export.model_folder import save_model
from denoise.io.errors import InputError
from denoise.io.parameters import Model
from denoise.networks.registry import build_model
from denoise.onnx_model import OnnxModel

SIZES = [("autoencoder", (20, 36)), ("unet", (17, 32)), ("unet", (33, 9))]


@pytest.mark.parametrize("upsampling", ["nearest", "transpose"])
@pytest.mark.parametrize(("architecture", "size"), SIZES)
def test_a_network_gives_images_of_the_size_it_takes(tmp_path, architecture, size, upsampling):
    network = build_model(Model(architecture=architecture, upsampling=upsampling), size)
    noisy = np.random.default_rng(0).random((3, *size), dtype=np.float32)
    save_model(network, tmp_path / "model", noisy[..., np.newaxis])
    denoised = OnnxModel(tmp_path / "model" / "model.onnx")(noisy)
    assert denoised.shape == noisy.shape
    reloaded = keras.models.load_model(tmp_path / "model" / "model.keras")
    same = reloaded.predict(noisy, verbose=0)[..., 0]
    np.testing.assert_allclose(denoised, same, atol=1e-5)


def test_a_size_that_cannot_be_is_told_with_those_that_can():
    with pytest.raises(InputError, match=r"of 28x28 pixels from those of 32x32: choose 'unet'"):
        build_model(Model(architecture="autoencoder", upsampling="nearest"), (32, 32))


def test_a_classifier_has_as_many_classes_as_there_are():
    classifier = build_classifier((32, 20), 26)
    assert classifier.predict(np.zeros((2, 32, 20, 1)), verbose=0).shape == (2, 26)

"""Networks take images of other sizes than MNIST's."""

import keras
import numpy as np
import pytest

from denoise.classifier import build_classifier
from denoise.export.model_folder import save_model
from denoise.io.parameters.training import Model
from denoise.networks.registry import build_model
from denoise.onnx_model import OnnxModel

SIZES = [
    ("autoencoder", (20, 36)),
    ("autoencoder", (64, 64)),
    ("autoencoder", (33, 12)),
    ("unet", (17, 32)),
    ("unet", (33, 9)),
]


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


def test_a_classifier_has_as_many_classes_as_there_are():
    classifier = build_classifier((32, 20), 26)
    assert classifier.predict(np.zeros((2, 32, 20, 1)), verbose=0).shape == (2, 26)

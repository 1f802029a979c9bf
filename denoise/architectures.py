"""The networks there are, by the names that params.yaml gives them."""

import keras

from denoise.autoencoder import build_autoencoder
from denoise.parameters import Model
from denoise.unet import build_unet

BUILDERS = {"autoencoder": build_autoencoder, "unet": build_unet}


def build_model(model: Model) -> keras.Model:
    """The untrained network, (n, 28, 28, 1) noisy grey values to (n, 28, 28, 1) in (0, 1)."""
    return BUILDERS[model.architecture](model.upsampling)

"""The networks there are, by the names that params.yaml gives them."""

import keras

from denoise.io.parameters.training import Model
from denoise.networks.autoencoder import build_autoencoder
from denoise.networks.unet import build_unet

BUILDERS = {"autoencoder": build_autoencoder, "unet": build_unet}


def build_model(model: Model, size: tuple[int, int]) -> keras.Model:
    """Return the untrained network, from (n, *size, 1) noisy grey values to as many in (0, 1).

    Parameters
    ----------
    model : Model
        Which network.
    size : tuple[int, int]
        Height and width of images, pixels.
    """
    return BUILDERS[model.architecture](model.upsampling, size)

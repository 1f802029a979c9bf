"""The networks there are, by the names that params.yaml gives them."""

import keras

from denoise.io.errors import InputError
from denoise.io.parameters import Model
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

    Raises
    ------
    InputError
        When the network gives images of another size than it is given.
    """
    network = BUILDERS[model.architecture](model.upsampling, size)
    given, left = ("x".join(map(str, sides)) for sides in (size, network.output_shape[1:3]))
    if given != left:
        raise InputError(
            f"model.architecture {model.architecture!r} makes images of {left} pixels from those of"
            f" {given}: choose 'unet', which takes any size, or images with sides of 8 * k - 4"
            " pixels, such as 20, 28 or 36"
        )
    return network

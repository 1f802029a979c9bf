"""The convolutional autoencoder: 28x28 pixels through a 4x4x8 code and back.

The network of the "denoise example" article, after F. Chollet, "Building Autoencoders in
Keras" (2016): 4,385 weights.
"""

import keras
from keras import layers

from denoise.networks.upsampling import upsampling

CODE_LAYER = "code"  # the encoder ends with this layer; the decoder begins after it


def build_autoencoder(up: str = "nearest", size: tuple[int, int] = (28, 28)) -> keras.Sequential:
    """Return the untrained network, from (n, *size, 1) noisy grey values to as many in (0, 1).

    Layers are named by what they do, so that a part can be cut out by name, for instance the
    encoder: ``keras.Model(model.input, model.get_layer("code").output)``.

    Parameters
    ----------
    up : str
        The way up in resolution, see `denoise.networks.upsampling`; the article's is ``"nearest"``.
    size : tuple[int, int]
        Height and width of images, 8 * k - 4 for a whole k; of others, another size comes out.
        Layers are named by the article's, 28.
    """
    return keras.Sequential(
        [
            keras.Input((*size, 1), name="noisy"),
            _convolution(16, "encode_28"),
            _pooling("pool_14"),
            _convolution(8, "encode_14"),
            _pooling("pool_7"),
            _convolution(8, "encode_7"),
            _pooling(CODE_LAYER),
            _convolution(8, "decode_4"),
            upsampling(up, 8, "upsample_8"),
            _convolution(8, "decode_8"),
            upsampling(up, 8, "upsample_16"),
            # Unpadded: this is what brings 16x16 down to the 14x14 that doubles to 28x28.
            _convolution(16, "decode_16", padding="valid"),
            upsampling(up, 16, "upsample_28"),
            _convolution(1, "denoised", activation="sigmoid"),
        ],
        name="autoencoder",
    )


def cut_at_code(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return the encoder, images to (n, 4, 4, 8) codes, and the decoder, codes to images."""
    code = model.get_layer(CODE_LAYER).output
    encoder = keras.Model(model.inputs, code, name="encoder")
    decoder = keras.Model(code, model.outputs, name="decoder")
    return encoder, decoder


def _convolution(
    filters: int, name: str, padding: str = "same", activation: str = "relu"
) -> layers.Conv2D:
    return layers.Conv2D(filters, 3, padding=padding, activation=activation, name=name)


def _pooling(name: str) -> layers.MaxPooling2D:
    return layers.MaxPooling2D(2, padding="same", name=name)

"""The convolutional autoencoder: 28x28 pixels through a 4x4x8 code and back.

The network of the "denoise example" article, after F. Chollet, "Building Autoencoders in
Keras" (2016): 4,385 weights.
"""

import keras
from keras import layers

from denoise.networks.upsampling import upsampling

CODE_LAYER = "code"  # the encoder ends with this layer; the decoder begins after it
SHRINKS = 8  # pixels of the image to one of the code
SHORT = 4  # the network keeps sides of 8 * k - 4 pixels, as the unpadded convolution takes 4 away


def build_autoencoder(up: str = "nearest", size: tuple[int, int] = (28, 28)) -> keras.Model:
    """Return the untrained network, from (n, *size, 1) noisy grey values to as many in (0, 1).

    Layers are named by what they do, so that a part can be cut out by name, for instance the
    encoder: ``keras.Model(model.input, model.get_layer("code").output)``.

    Parameters
    ----------
    up : str
        The way up in resolution, see `denoise.networks.upsampling`; the article's is ``"nearest"``.
    size : tuple[int, int]
        Height and width of images, at least 5. Sides of 8 * k - 4 for a whole k are taken as they
        are. Others are brought to the next such side by up to 7 pixels, in which the image is
        reflected at its edges, and which are cut off again before the last convolution. Layers are
        named by the article's size, 28.
    """
    margins = [_margins(side) for side in size]
    way = [
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
        # The sigmoid comes last: the loss goes back from it to its logits.
        _convolution(1, "denoised", activation="sigmoid"),
    ]
    noisy = keras.Input((*size, 1), name="noisy")
    if margins == [(0, 0), (0, 0)]:
        return keras.Sequential([noisy, *way], name="autoencoder")
    way.insert(-1, layers.Cropping2D(margins, name="crop_28"))
    image = noisy
    for axis, name in ((1, "rows"), (2, "columns")):
        image = _reflected(image, axis, margins[axis - 1], name)
    for layer in way:
        image = layer(image)
    return keras.Model(noisy, image, name="autoencoder")


def cut_at_code(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return the encoder, images to (n, 4, 4, 8) codes, and the decoder, codes to images."""
    if isinstance(model, keras.Sequential):
        # Loaded from a file, its layers' outputs belong to another graph than its input.
        end = [layer.name for layer in model.layers].index(CODE_LAYER) + 1
        given = keras.Input(model.input_shape[1:])
        encoder = keras.Sequential([given, *model.layers[:end]], name="encoder")
        code = keras.Input(encoder.output_shape[1:])
        return encoder, keras.Sequential([code, *model.layers[end:]], name="decoder")
    code = model.get_layer(CODE_LAYER).output
    encoder = keras.Model(model.inputs, code, name="encoder")
    decoder = keras.Model(code, model.outputs, name="decoder")
    return encoder, decoder


def _margins(side: int) -> tuple[int, int]:
    """Return how many pixels a side lacks before and after it."""
    lacking = (SHRINKS - SHORT - side) % SHRINKS
    return lacking // 2, lacking - lacking // 2


def _reflected(
    images: keras.KerasTensor, axis: int, margins: tuple[int, int], name: str
) -> keras.KerasTensor:
    """Continue images beyond their edges along an axis by what lies within them, edge excluded.

    Keras has no layer for it. Each row beyond an edge is cut out of the image by a layer of its
    own, so that the model is opened by `keras.models.load_model` alone.
    """
    before, after = margins
    if not after:
        return images
    last = images.shape[axis] - 1
    places = [*range(before, 0, -1), *range(last - 1, last - 1 - after, -1)]
    rows = []
    for place in places:
        cut = [(0, 0), (0, 0)]
        cut[axis - 1] = (place, last - place)
        rows.append(layers.Cropping2D(cut, name=f"reflect_{name}_{len(rows)}")(images))
    whole = [*rows[:before], images, *rows[before:]]
    return layers.Concatenate(axis, name=f"reflect_{name}")(whole)


def _convolution(
    filters: int, name: str, padding: str = "same", activation: str = "relu"
) -> layers.Conv2D:
    return layers.Conv2D(filters, 3, padding=padding, activation=activation, name=name)


def _pooling(name: str) -> layers.MaxPooling2D:
    return layers.MaxPooling2D(2, padding="same", name=name)

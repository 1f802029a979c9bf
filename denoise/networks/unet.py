"""A compact U-Net: what the autoencoder's 4x4x8 code cannot carry goes around it.

After O. Ronneberger, P. Fischer and T. Brox, "U-Net: Convolutional Networks for Biomedical Image
Segmentation" (2015), three resolutions deep. Most of the work is done at 14x14 pixels and below,
where a convolution is cheap.
"""

import keras
from keras import layers

from denoise.networks.upsampling import upsampling

CHANNELS = 32  # at 14x14 pixels; twice and four times as many at 7x7 and 4x4


def build_unet(up: str = "nearest", size: tuple[int, int] = (28, 28)) -> keras.Model:
    """Return the untrained network, from (n, *size, 1) noisy grey values to as many in (0, 1).

    Parameters
    ----------
    up : str
        The way up in resolution, see `denoise.networks.upsampling`.
    size : tuple[int, int]
        Height and width of images, any. Layers are named by those of 28x28 pixels.
    """
    noisy = keras.Input((*size, 1), name="noisy")
    fine = _convolution(CHANNELS, "encode_14_stride", strides=2)(noisy)
    fine = _convolution(CHANNELS, "encode_14")(fine)
    middle = _convolution(2 * CHANNELS, "encode_7_stride", strides=2)(fine)
    middle = _convolution(2 * CHANNELS, "encode_7")(middle)
    coarse = _convolution(4 * CHANNELS, "encode_4_stride", strides=2)(middle)
    coarse = _convolution(4 * CHANNELS, "encode_4")(coarse)
    coarse = _convolution(4 * CHANNELS, "decode_4")(coarse)

    raised = upsampling(up, 4 * CHANNELS, "upsample_8")(coarse)
    raised = _cropped(raised, middle, "crop_7")
    middle = layers.Concatenate(name="skip_7")([raised, middle])
    middle = _convolution(2 * CHANNELS, "decode_7_skip")(middle)
    middle = _convolution(2 * CHANNELS, "decode_7")(middle)

    raised = upsampling(up, 2 * CHANNELS, "upsample_14")(middle)
    raised = _cropped(raised, fine, "crop_14")
    fine = layers.Concatenate(name="skip_14")([raised, fine])
    fine = _convolution(CHANNELS, "decode_14_skip")(fine)
    fine = _convolution(CHANNELS, "decode_14")(fine)

    raised = upsampling(up, CHANNELS, "upsample_28")(fine)
    raised = _cropped(raised, noisy, "crop_28")
    denoised = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="denoised")(raised)
    return keras.Model(noisy, denoised, name="unet")


def _cropped(raised: keras.KerasTensor, like: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Cut off what rounding up has added on the way down, where there is any."""
    over = [many - few for many, few in zip(raised.shape[1:3], like.shape[1:3], strict=True)]
    if not any(over):
        return raised
    return layers.Cropping2D([(0, rows) for rows in over], name=name)(raised)


def _convolution(filters: int, name: str, strides: int = 1) -> layers.Conv2D:
    return layers.Conv2D(
        filters,
        3,
        strides=strides,
        padding="same",
        activation="relu",
        kernel_initializer="he_normal",  # K. He et al. (2015): signals keep their scale
        name=name,
    )

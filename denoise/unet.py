"""A compact U-Net: what the autoencoder's 4x4x8 code cannot carry goes around it.

After O. Ronneberger, P. Fischer and T. Brox, "U-Net: Convolutional Networks for Biomedical Image
Segmentation" (2015), three resolutions deep. Most of the work is done at 14x14 pixels and below,
where a convolution is cheap.
"""

import keras
from keras import layers

from denoise.upsampling import upsampling

CHANNELS = 32  # at 14x14 pixels; twice and four times as many at 7x7 and 4x4


def build_unet(up: str = "nearest") -> keras.Model:
    """The untrained network, (n, 28, 28, 1) noisy grey values to (n, 28, 28, 1) in (0, 1).

    Parameters
    ----------
    up : the way up in resolution, see `denoise.upsampling`
    """
    noisy = keras.Input((28, 28, 1), name="noisy")
    fine = _convolution(CHANNELS, "encode_14_stride", strides=2)(noisy)
    fine = _convolution(CHANNELS, "encode_14")(fine)
    middle = _convolution(2 * CHANNELS, "encode_7_stride", strides=2)(fine)
    middle = _convolution(2 * CHANNELS, "encode_7")(middle)
    coarse = _convolution(4 * CHANNELS, "encode_4_stride", strides=2)(middle)
    coarse = _convolution(4 * CHANNELS, "encode_4")(coarse)
    coarse = _convolution(4 * CHANNELS, "decode_4")(coarse)

    raised = upsampling(up, 4 * CHANNELS, "upsample_8")(coarse)
    raised = layers.Cropping2D(((0, 1), (0, 1)), name="crop_7")(raised)
    middle = layers.Concatenate(name="skip_7")([raised, middle])
    middle = _convolution(2 * CHANNELS, "decode_7_skip")(middle)
    middle = _convolution(2 * CHANNELS, "decode_7")(middle)

    raised = upsampling(up, 2 * CHANNELS, "upsample_14")(middle)
    fine = layers.Concatenate(name="skip_14")([raised, fine])
    fine = _convolution(CHANNELS, "decode_14_skip")(fine)
    fine = _convolution(CHANNELS, "decode_14")(fine)

    raised = upsampling(up, CHANNELS, "upsample_28")(fine)
    denoised = layers.Conv2D(1, 3, padding="same", activation="sigmoid", name="denoised")(raised)
    return keras.Model(noisy, denoised, name="unet")


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

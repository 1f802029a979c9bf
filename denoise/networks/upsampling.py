"""The two ways up in resolution: copying pixels, or a deconvolution that learns what to draw."""

from keras import layers


def upsampling(kind: str, channels: int, name: str) -> layers.Layer:
    """Return a layer from (n, h, w, channels) to (n, 2h, 2w, channels).

    Parameters
    ----------
    kind : str
        ``"nearest"`` repeats every pixel, the article's choice, without weights; ``"transpose"`` is
        a transposed 3x3 convolution, which the article names as the stronger and costlier one.
    channels : int
        Of the layer before.
    name : str
        Of the layer.
    """
    if kind == "nearest":
        return layers.UpSampling2D(2, name=name)
    return layers.Conv2DTranspose(channels, 3, strides=2, padding="same", name=name)

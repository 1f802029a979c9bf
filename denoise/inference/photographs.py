"""Whether a picture looks like a photograph rather than like a digit on a page."""

import numpy as np

from denoise.inference.framing import MNIST

LEAST = 2 * MNIST[0]  # pixels: in smaller pictures, noise and strokes of a digit are too alike
SHRUNK = 112  # pixels of the shorter side that are looked at
PARTS = 28  # along the shorter side, at most
CONTRAST = 0.25  # of the strongest: by which a part differs from the background
SHARE = 0.1  # of all parts: how many are brighter, and how many darker, in a photograph


def looks_like_photograph(image: np.ndarray) -> bool:
    """Whether much of a picture is brighter than its background, and much of it darker.

    The strokes of a digit are one or the other. Light that rises to one side belongs to the
    background, see `denoise.inference.lighting.background`. Parts that noise may have made
    brighter or darker do not count. Of textures and of photographs with an even background, many
    pass for a page.

    Parameters
    ----------
    image : (height, width) float array
        Of grey values; one with a side below `LEAST` pixels looks like no photograph.
    """
    if min(image.shape) < LEAST:
        return False
    from denoise.inference.blobs import Noise  # SciPy starts slowly
    from denoise.inference.lighting import background, tile_means
    from denoise.inference.outline import SURE

    side = max(1, min(image.shape) // SHRUNK)
    page = tile_means(image.astype(np.float32), side, side)
    page -= background(page)
    part = min(page.shape) // PARTS
    parts = tile_means(page, part, part)
    # The mean of a square has the noise of a Gaussian filter of 0.28 times its side.
    noise = Noise(page).after(part * 0.5 / np.pi**0.5)
    least = max(CONTRAST * float(np.abs(parts).max()), SURE * noise)
    brighter, darker = (parts > least).mean(), (parts < -least).mean()
    return bool(min(brighter, darker) > SHARE)

"""What EXIF says of how a picture is held."""

import numpy as np


def turned(image, orientation):
    """What a viewer shows of an image that is stored in one of EXIF's eight orientations."""
    return {
        1: image,
        2: image[:, ::-1],
        3: image[::-1, ::-1],
        4: image[::-1],
        5: image.T,
        6: np.rot90(image, -1),
        7: image[::-1, ::-1].T,
        8: np.rot90(image),
    }[orientation]

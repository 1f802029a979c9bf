"""scikit-learn's bundled handwritten digits in the shape of MNIST, for machines with no network.

E. Alpaydin, C. Kaynak, "Optical Recognition of Handwritten Digits", UCI (1998): 1,797 images
of 8x8 pixels with 17 grey values.
"""

import numpy as np
from scipy import ndimage
from sklearn.datasets import load_digits

TEST_SHARE = 6  # every sixth image is a test image


def find_digits() -> dict[str, np.ndarray]:
    """Return 1,497 images and labels to train on and 300 to test on, as MNIST has them.

    Images are resampled from 8x8 to 20x20 pixels and centred in 28x28, the box MNIST's digits
    were drawn in.
    """
    digits = load_digits()
    images = ndimage.zoom(digits.images, (1, 2.5, 2.5), order=1, grid_mode=True, mode="nearest")
    grey = np.rint(images * (255 / 16)).astype(np.uint8)
    grey = np.pad(grey, ((0, 0), (4, 4), (4, 4)))
    labels = digits.target.astype(np.uint8)
    is_test = np.arange(len(grey)) % TEST_SHARE == 0
    return {
        "train_images": grey[~is_test],
        "train_labels": labels[~is_test],
        "test_images": grey[is_test],
        "test_labels": labels[is_test],
    }

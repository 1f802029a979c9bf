"""How close a denoised image is to the clean one, and how legible it is."""

import numpy as np
from scipy.special import entr, xlogy
from skimage.metrics import structural_similarity

PSNR_CAP = 100.0  # dB; an untouched image has an infinite PSNR, which no JSON or plot can hold
SSIM_RADIUS = 5  # of the 11x11 window
PROBABILITY_MARGIN = 1e-7  # Keras' own, keeps the logarithm of cross-entropy finite


def measure(
    images: np.ndarray, clean: np.ndarray, labels: np.ndarray, readings: np.ndarray
) -> dict[str, float]:
    """All figures of a set of images against the clean originals.

    Parameters
    ----------
    images : (n, height, width) float array
    clean : (n, height, width) float array in [0, 1]
    labels : (n,) the true digits
    readings : (n, classes) what the judge makes of ``images``

    Returns
    -------
    dict
        ``bce``, ``bce_excess`` over the entropy of the targets, ``mse``, ``psnr`` in dB,
        ``ssim``, and ``legibility``, the share of digits read correctly
    """
    bce = binary_crossentropy(images, clean)
    return {
        "bce": bce,
        "bce_excess": bce - target_entropy(clean),
        "mse": float(np.mean(squared_errors(images, clean))),
        "psnr": float(np.mean(psnr(images, clean))),
        "ssim": float(np.mean(ssim(images, clean))),
        "legibility": float(np.mean(readings.argmax(axis=1) == labels)),
    }


def binary_crossentropy(images: np.ndarray, clean: np.ndarray) -> float:
    """Mean binary cross-entropy per pixel, nats; values outside (0, 1) count as just inside."""
    p = np.clip(images.astype(np.float64), PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN)
    return float(-np.mean(xlogy(clean, p) + xlogy(1.0 - clean, 1.0 - p)))


def target_entropy(clean: np.ndarray) -> float:
    """The binary cross-entropy of a perfect reconstruction: grey targets have one above 0."""
    clean = clean.astype(np.float64)
    return float(np.mean(entr(clean) + entr(1.0 - clean)))


def squared_errors(images: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Mean squared error of each image, (n,)."""
    return np.mean((images.astype(np.float64) - clean) ** 2, axis=(1, 2))


def psnr(images: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio of each image, dB for a range of 1, at most 100; (n,)."""
    errors = np.maximum(squared_errors(images, clean), 10 ** (-PSNR_CAP / 10))
    return -10.0 * np.log10(errors)


def ssim(images: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Structural similarity of each image as Wang et al. (2004) define it, range 1; (n,).

    Gaussian window of 11x11 pixels and sigma 1.5, averaged over the pixels whose window lies
    inside the image. All images are laid on one sheet, so that scikit-image is called once;
    windows that reach into a neighbour are among those left out.
    """
    count, height, width = images.shape
    sheet = (count * height, width)
    _, similarity = structural_similarity(
        images.astype(np.float64).reshape(sheet),
        clean.astype(np.float64).reshape(sheet),
        data_range=1.0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    inside = slice(SSIM_RADIUS, -SSIM_RADIUS)
    return similarity.reshape(images.shape)[:, inside, inside].mean(axis=(1, 2))

"""How close a denoised image is to the clean one, how legible it is, and how sure that is."""

import numpy as np
import pandas as pd
from scipy.special import entr, xlogy
from scipy.stats import binomtest, bootstrap
from skimage.metrics import structural_similarity

FIGURES = ("bce", "bce_excess", "mse", "psnr", "ssim", "legibility")
PSNR_CAP = 100.0  # dB; an untouched image has an infinite PSNR, which no JSON or plot can hold
SSIM_RADIUS = 5  # of the 11x11 window
PROBABILITY_MARGIN = 1e-7  # Keras' own, keeps the logarithm of cross-entropy finite
CONFIDENCE = 0.95
RESAMPLES = 1000


def measure(
    images: np.ndarray,
    clean: np.ndarray,
    labels: np.ndarray | None = None,
    readings: np.ndarray | None = None,
) -> pd.DataFrame:
    """Measure each image against the clean original.

    Parameters
    ----------
    images : (n, height, width) float array
    clean : (n, height, width) float array
        In [0, 1].
    labels : (n,) array or None
        The true classes.
    readings : (n, classes) array or None
        What the classifier makes of ``images``.

    Returns
    -------
    pandas.DataFrame
        One row per image: ``bce``, ``bce_excess`` over the entropy of the target, ``mse``, ``psnr``
        in dB, ``ssim``, and, where there are readings, ``legibility``, 1 where the image is read
        correctly, else 0.
    """
    bce = binary_crossentropy(images, clean)
    figures = {
        "bce": bce,
        "bce_excess": bce - target_entropy(clean),
        "mse": squared_errors(images, clean),
        "psnr": psnr(images, clean),
        "ssim": ssim(images, clean),
    }
    if readings is not None:
        figures["legibility"] = (readings.argmax(axis=1) == labels).astype(float)
    return pd.DataFrame(figures)


def means(figures: pd.DataFrame) -> dict[str, float]:
    """Return the mean of every figure over the images that `measure` saw."""
    return {name: float(value) for name, value in figures.mean().items()}


def means_with_intervals(figures: pd.DataFrame) -> dict[str, float]:
    """Return the mean of every figure, with ``_low`` and ``_high`` ends of its 95 % interval.

    The interval is the percentile bootstrap's over images (B. Efron, 1979), and E. Wilson's (1927)
    for legibility: resampling 300 digits that were all read would find no doubt at all. It says
    what another draw of test images could have given, not what another training could have.
    Images are drawn alike in every call with as many, so that methods are compared on the same
    draws.
    """
    low, high = bootstrap(
        (figures.to_numpy(),),
        np.mean,
        axis=0,
        n_resamples=RESAMPLES,
        batch=20,  # bounds memory
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    found = {}
    for name, mean, *ends in zip(figures, figures.mean(), low, high, strict=True):
        if name == "legibility":
            read = binomtest(int(figures[name].sum()), len(figures))
            ends = read.proportion_ci(CONFIDENCE, method="wilson")
        found |= {name: float(mean), f"{name}_low": float(ends[0]), f"{name}_high": float(ends[1])}
    return found


def binary_crossentropy(images: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Binary cross-entropy of each image, nats per pixel, (n,).

    Values outside (0, 1) count as just inside.
    """
    p = np.clip(images.astype(np.float64), PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN)
    return -np.mean(xlogy(clean, p) + xlogy(1.0 - clean, 1.0 - p), axis=(1, 2))


def target_entropy(clean: np.ndarray) -> np.ndarray:
    """Cross-entropy of a perfect reconstruction, (n,): above 0, as the targets are grey."""
    clean = clean.astype(np.float64)
    return np.mean(entr(clean) + entr(1.0 - clean), axis=(1, 2))


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

"""How close a denoised image is to the clean one, how legible it is, and how sure that is."""

import math

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

    Examples
    --------
    >>> import numpy as np
    >>> clean = np.zeros((2, 28, 28))
    >>> labels, readings = np.array([3, 8]), np.eye(10)[[3, 5]]
    >>> figures = measure(clean + 0.1, clean, labels, readings)
    >>> figures[["mse", "psnr", "legibility"]].round(2)
        mse  psnr  legibility
    0  0.01  20.0         1.0
    1  0.01  20.0         0.0
    """
    bce = binary_crossentropy(images, clean)
    figures = {
        "bce": bce,
        "bce_excess": bce - target_entropy(clean),
        "mse": squared_errors(clean, images),
        "psnr": psnr(clean, images),
        "ssim": ssim(clean, images),
    }
    if readings is not None:
        figures["legibility"] = (readings.argmax(axis=1) == labels).astype(float)
    return pd.DataFrame(figures)


def means(figures: pd.DataFrame) -> dict[str, float]:
    """Return the mean of every figure over the images that `measure` saw.

    Of an estimated error, see `denoise.evaluation.without_clean`, also ``psnr_estimate``, dB: the
    PSNR of the mean error. It is left out where chance brings that error below 0.

    Examples
    --------
    >>> means(pd.DataFrame({"psnr": [20.0, 24.0], "legibility": [1.0, 0.0]}))
    {'psnr': 22.0, 'legibility': 0.5}
    """
    found = {name: float(value) for name, value in figures.mean().items()}
    if found.get("mse_estimate", 0.0) > 0:
        found["psnr_estimate"] = _psnr_of(found["mse_estimate"])
    return found


def means_with_intervals(figures: pd.DataFrame) -> dict[str, float]:
    """Return the mean of every figure, with ``_low`` and ``_high`` ends of its 95 % interval.

    The interval is that of `bootstrap_means`, and E. Wilson's (1927) for legibility: resampling 300
    digits that were all read would find no doubt at all. It says what another draw of test images
    could have given, not what another training could have. ``psnr_estimate`` is that of `means`, or
    NaN; so are the ends of its interval.

    Examples
    --------
    >>> figures = means_with_intervals(pd.DataFrame({"legibility": [1.0] * 300}))
    >>> {name: round(value, 3) for name, value in figures.items()}
    {'legibility': 1.0, 'legibility_low': 0.987, 'legibility_high': 1.0}
    """
    low, high = bootstrap_means(figures.to_numpy())
    found = {}
    for name, mean, *ends in zip(figures, figures.mean(), low, high, strict=True):
        if name == "legibility":
            read = binomtest(int(figures[name].sum()), len(figures))
            ends = read.proportion_ci(CONFIDENCE, method="wilson")
        found |= {name: float(mean), f"{name}_low": float(ends[0]), f"{name}_high": float(ends[1])}
    if "mse_estimate" in found:
        ends = {"": "", "_low": "_high", "_high": "_low"}  # the least error has the highest PSNR
        found |= {
            f"psnr_estimate{end}": _psnr_of(found[f"mse_estimate{of}"]) for end, of in ends.items()
        }
    return found


def bootstrap_means(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of the 95 % interval of each column's mean, (columns,).

    By the percentile bootstrap over rows, which are images (B. Efron, 1979). Images are drawn alike
    in every call with as many, so that methods are compared on the same draws.

    Parameters
    ----------
    values : (images, columns) array

    Examples
    --------
    >>> import numpy as np
    >>> low, high = bootstrap_means(np.arange(100.0)[:, np.newaxis])
    >>> low.round(1), high.round(1)
    (array([43.8]), array([55.]))
    """
    return bootstrap(
        (values,),
        np.mean,
        axis=0,
        n_resamples=RESAMPLES,
        batch=20,  # bounds memory
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval


def binary_crossentropy(images: np.ndarray, clean: np.ndarray) -> np.ndarray:
    """Binary cross-entropy of each image, nats per pixel, (n,).

    Values outside (0, 1) count as just inside.

    Examples
    --------
    >>> import numpy as np
    >>> binary_crossentropy(np.full((1, 28, 28), 0.5), np.ones((1, 28, 28))).round(3)
    array([0.693])
    """
    p = np.clip(images.astype(np.float64), PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN)
    return -np.mean(xlogy(clean, p) + xlogy(1.0 - clean, 1.0 - p), axis=(1, 2))


def target_entropy(clean: np.ndarray) -> np.ndarray:
    """Cross-entropy of a perfect reconstruction, (n,): above 0, as the targets are grey.

    Examples
    --------
    >>> import numpy as np
    >>> target_entropy(np.stack([np.ones((28, 28)), np.full((28, 28), 0.5)])).round(3)
    array([0.   , 0.693])
    """
    clean = clean.astype(np.float64)
    return np.mean(entr(clean) + entr(1.0 - clean), axis=(1, 2))


def squared_errors(image_true: np.ndarray, image_test: np.ndarray) -> np.ndarray:
    """Mean squared error of each of (n, height, width) images, (n,).

    Examples
    --------
    >>> import numpy as np
    >>> squared_errors(np.zeros((1, 28, 28)), np.full((1, 28, 28), 0.1)).round(3)
    array([0.01])
    """
    return np.mean((image_test.astype(np.float64) - image_true) ** 2, axis=(1, 2))


def psnr(image_true: np.ndarray, image_test: np.ndarray, data_range: float = 1.0) -> np.ndarray:
    """Peak signal-to-noise ratio of each image.

    As `skimage.metrics.peak_signal_noise_ratio` has it, but image by image, and at most 100.

    Parameters
    ----------
    image_true, image_test : (n, height, width) float array
    data_range : float
        The range of the values that a clean image can have.

    Returns
    -------
    (n,) float64 array, dB

    Examples
    --------
    >>> import numpy as np
    >>> black = np.zeros((2, 28, 28))
    >>> psnr(black, black + [[[0.1]], [[0.0]]]).round(6).tolist()
    [20.0, 100.0]
    """
    errors = squared_errors(image_true, image_test) / data_range**2
    return -10.0 * np.log10(np.maximum(errors, 10 ** (-PSNR_CAP / 10)))


def ssim(image_true: np.ndarray, image_test: np.ndarray, data_range: float = 1.0) -> np.ndarray:
    """Structural similarity of each image as Wang et al. (2004) define it.

    As `skimage.metrics.structural_similarity` has it with a Gaussian window of 11x11 pixels and
    sigma 1.5, but image by image, averaged over the pixels whose window lies inside the image. All
    images are laid on one sheet, so that scikit-image is called once; windows that reach into a
    neighbour are among those left out.

    Parameters
    ----------
    image_true, image_test : (n, height, width) float array
        Of 11x11 pixels at least.
    data_range : float
        The range of the values that a clean image can have.

    Returns
    -------
    (n,) float64 array in [-1, 1]

    Examples
    --------
    >>> import numpy as np
    >>> black = np.zeros((1, 28, 28))
    >>> ssim(black, black).tolist()
    [1.0]
    """
    count, height, width = image_test.shape
    sheet = (count * height, width)
    _, similarity = structural_similarity(
        image_true.astype(np.float64).reshape(sheet),
        image_test.astype(np.float64).reshape(sheet),
        data_range=data_range,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    inside = slice(SSIM_RADIUS, -SSIM_RADIUS)
    return similarity.reshape(image_test.shape)[:, inside, inside].mean(axis=(1, 2))


def _psnr_of(error: float) -> float:
    """Return the PSNR of a mean squared error, dB for a range of 1; NaN where it is not above 0."""
    return -10.0 * math.log10(error) if error > 0 else math.nan

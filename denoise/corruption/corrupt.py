"""How an image is corrupted: a Gaussian filter, then white noise.

Only additions, multiplications and divisions, each correctly rounded by IEEE 754 and always in
one order, decide the result, so it has the same bits on every machine. NumPy's ``exp`` and
matrix products do not promise that: their last bit depends on the processor.
"""

import math
from collections.abc import Sequence

import numpy as np

from denoise.corruption.white_noise import WHITE_NOISE

TRUNCATE = 4.0  # kernel radius in units of sigma, scipy.ndimage.gaussian_filter's default
GROUP = 256  # images filtered at once: their working arrays then fit a core's own cache


def corrupt(
    images: np.ndarray,
    blur: Sequence[float],
    amplitude: Sequence[float],
    stream: np.random.SeedSequence,
    first: int = 0,
    kind: str = "uniform",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corrupt clean images, each with its own blur and noise drawn from the given ranges.

    Image ``i`` of the stream owns a fixed stretch of its random numbers, so what happens to it
    depends on the stream and on ``i`` alone, wherever a block starts and however long it is.

    Parameters
    ----------
    images : (n, height, width) uint8 array
        0 to 255.
    blur : Sequence[float]
        (low, high), the range sigma is drawn from, pixels; low = high fixes it.
    amplitude : Sequence[float]
        (low, high), the range the noise amplitude is drawn from, grey values of [0, 1]. Uniform
        noise reaches from -amplitude to amplitude. Noise of another kind has the same standard
        deviation on white, but for salt and pepper, where the amplitude is the share of pixels.
    stream : numpy.random.SeedSequence
        The random stream these images draw from.
    first : int
        The number of ``images[0]`` within the stream.
    kind : str
        Of noise, one of `denoise.corruption.white_noise.WHITE_NOISE`.

    Returns
    -------
    noisy : (n, height, width) float32 array
        The clean range is [0, 1], nothing is clipped.
    sigma : (n,) float64 array
        Pixels, to six decimals.
    noise_amplitude : (n,) float64 array
        To six decimals.

    Examples
    --------
    >>> import numpy as np
    >>> from denoise.datasets.sklearn_digits import find_digits
    >>> digits = find_digits()["test_images"][:3]
    >>> stream = np.random.SeedSequence(0)
    >>> noisy, sigma, amplitude = corrupt(digits, (0.5, 1.5), (0.2, 0.8), stream)
    >>> noisy.shape, noisy.dtype
    ((3, 28, 28), dtype('float32'))
    >>> sigma, amplitude
    (array([1.350624, 0.894379, 0.634699]), array([0.582177, 0.747784, 0.764443]))

    An image comes out the same without those before it:

    >>> last, _, _ = corrupt(digits[2:], (0.5, 1.5), (0.2, 0.8), stream, first=2)
    >>> np.array_equal(last[0], noisy[2])
    True
    """
    count, pixels = len(images), math.prod(images.shape[1:])
    per_image = pixels + 2
    per_image += per_image % 2  # PCG64 yields float32 draws in pairs
    bits = np.random.PCG64(stream).advance(first * per_image // 2)
    draws = np.random.Generator(bits).random((count, per_image), dtype=np.float32)

    sigma = _scale(draws[:, 0], *blur)
    noise_amplitude = _scale(draws[:, 1], *amplitude)
    blurred = gaussian_blur(images.astype(np.float32) / np.float32(255), sigma)
    strength = noise_amplitude.astype(np.float32)[:, np.newaxis, np.newaxis]
    a_draw_per_pixel = draws[:, 2 : 2 + pixels].reshape(images.shape)
    noisy = WHITE_NOISE[kind].apply(blurred, strength, a_draw_per_pixel)
    return noisy.astype(np.float32, copy=False), sigma, noise_amplitude


def gaussian_blur(images: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Blur each image by a Gaussian of its own width.

    The same filter as ``scipy.ndimage.gaussian_filter(image, sigma)`` with its defaults
    (``mode="reflect"``, ``truncate=4``), for many images at once.

    Parameters
    ----------
    images : (n, height, width) float array
        The work is done in its precision.
    sigma : (n,) float64 array
        Pixels, >= 0.

    Returns
    -------
    (n, height, width) array of the dtype of ``images``

    Examples
    --------
    >>> import numpy as np
    >>> point = np.zeros((1, 3, 3))
    >>> point[0, 1, 1] = 1
    >>> gaussian_blur(point, np.array([0.5])).round(2)
    array([[[0.01, 0.08, 0.01],
            [0.08, 0.62, 0.08],
            [0.01, 0.08, 0.01]]])
    """
    blurred = np.empty_like(images)
    radii = (TRUNCATE * sigma + 0.5).astype(int)
    for radius in np.unique(radii):
        same_radius = np.flatnonzero(radii == radius)
        for start in range(0, len(same_radius), GROUP):
            group = same_radius[start : start + GROUP]
            weights = _kernel_weights(sigma[group], radius).astype(images.dtype)
            by_rows = _filter_rows(images[group], weights)
            by_columns = _filter_rows(np.ascontiguousarray(by_rows.swapaxes(1, 2)), weights)
            blurred[group] = by_columns.swapaxes(1, 2)
    return blurred


def _scale(uniform: np.ndarray, low: float, high: float) -> np.ndarray:
    """Draws from U(0, 1) as draws from U(low, high), to six decimals so a table can hold them."""
    return np.round(low + (high - low) * uniform.astype(np.float64), 6)


def _filter_rows(images: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Correlate (n, rows, columns) along its rows with each image's symmetric kernel."""
    radius, rows = weights.shape[1] - 1, images.shape[1]
    # NumPy's "symmetric" is SciPy's "reflect": the edge pixel is repeated.
    reflected = np.pad(np.arange(rows), radius, mode="symmetric")
    padded = np.take(images, reflected, axis=1)
    weights = weights[:, :, np.newaxis, np.newaxis]
    result = padded[:, radius : radius + rows] * weights[:, 0]
    pair = np.empty_like(result)
    for distance in range(1, radius + 1):
        before, after = radius - distance, radius + distance
        np.add(padded[:, before : before + rows], padded[:, after : after + rows], out=pair)
        pair *= weights[:, distance]
        result += pair
    return result


def _kernel_weights(sigma: np.ndarray, radius: int) -> np.ndarray:
    """Return the kernels at distances 0 to ``radius``, a row per sigma: (n, radius + 1)."""
    if radius == 0:
        return np.ones((len(sigma), 1))
    distance = np.arange(radius + 1.0)
    weights = _exp(-0.5 * (distance * distance) / (sigma * sigma)[:, np.newaxis])
    total = weights[:, 0].copy()
    for column in weights[:, 1:].T:
        total += 2.0 * column
    return weights / total[:, np.newaxis]


def _exp(x: np.ndarray) -> np.ndarray:
    """``exp(x)`` for -700 < x <= 0 within one unit in the last place, from IEEE operations.

    x is reduced to r = x - k ln 2 with |r| <= ln(2) / 2 (Cody and Waite's two-part ln 2),
    where the Taylor series to the 14th power is below float64's rounding.
    """
    ln2_high, ln2_low = 6.93147180369123816490e-01, 1.90821492927058770002e-10
    k = np.rint(x * 1.4426950408889634)
    r = (x - k * ln2_high) - k * ln2_low
    series = np.full_like(r, 1.0 / math.factorial(14))
    for power in range(13, -1, -1):
        series = series * r + 1.0 / math.factorial(power)
    return np.ldexp(series, k.astype(int))

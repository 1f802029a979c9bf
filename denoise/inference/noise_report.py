"""What noisy images tell about their own noise, when nobody else does."""

from dataclasses import dataclass

import numpy as np
import pywt

NORMAL_MEDIAN = 0.6744897501960817  # of the absolute value of a standard normal variable
LIKE_NOISE = 0.05  # correlation of neighbours below which a residual passes for white noise


@dataclass
class NoiseReport:
    """Estimates over some images, to which more can be added.

    ``noise_std`` is the standard deviation of white noise, grey values of [0, 1]: D. Donoho and
    I. Johnstone's (1994) median of the finest wavelet coefficients, as scikit-image's
    ``estimate_sigma`` has it. On 28x28 pixels the strokes of a digit count as noise of 0.07.
    ``correlation`` is that of neighbouring pixels of the residual, what was given less what came
    out: white noise has none, and blur, or strokes that were changed, leave some.
    """

    images: int = 0
    estimates: float = 0.0
    products: float = 0.0
    squares: float = 0.0

    def add(self, noisy: np.ndarray, denoised: np.ndarray) -> None:
        """Take more images into account, (n, height, width) before and after."""
        self.images += len(noisy)
        self.estimates += estimate_noise(noisy) * len(noisy)
        residual = noisy.astype(np.float64) - denoised
        residual -= residual.mean(axis=(1, 2), keepdims=True)
        for first, second in neighbours(residual):
            self.products += float((first * second).sum())
            self.squares += float((first**2 + second**2).sum()) / 2

    def merge(self, other: "NoiseReport") -> None:
        """Take the images of another report into account."""
        self.images += other.images
        self.estimates += other.estimates
        self.products += other.products
        self.squares += other.squares

    @property
    def noise_std(self) -> float:
        """See above; the mean over images."""
        return self.estimates / max(self.images, 1)

    @property
    def correlation(self) -> float:
        """See above; 0 where nothing was changed."""
        return self.products / self.squares if self.squares else 0.0

    @property
    def like_noise(self) -> bool:
        """Whether what was taken away passes for white noise."""
        return abs(self.correlation) < LIKE_NOISE


def neighbours(images: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Return the pixels of (n, height, width) images beside those above, and to the left."""
    return (
        (images[:, 1:], images[:, :-1]),
        (images[:, :, 1:], images[:, :, :-1]),
    )


def estimate_noise(noisy: np.ndarray) -> float:
    """Estimate the standard deviation of the noise of (n, height, width) images, their mean."""
    details = np.abs(pywt.dwtn(noisy.astype(np.float64), "db2", axes=(1, 2))["dd"])
    medians = [np.median(image[image > 0]) if image.any() else 0.0 for image in details]
    return float(np.mean(medians)) / NORMAL_MEDIAN

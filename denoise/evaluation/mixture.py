"""The best estimate where clean images come from a mixture of Gaussians: as told, not linear."""

import warnings
from collections.abc import Callable

import numpy as np
from scipy import linalg
from scipy.cluster.vq import kmeans2
from scipy.special import softmax

from denoise.evaluation.blocks import in_blocks
from denoise.evaluation.known_noise import KnownNoiseDenoiser
from denoise.evaluation.observation import Observation, as_pixels, moments

# Chosen on held-out training images: studies/mixtures.
COMPONENTS = 200
BORROWED = 10.0
LEAST_IMAGES = 50  # of a component, on average: where there are few images, components are fewer
OWN_AXES = 300  # along which a component has a covariance of its own
CLUSTERED_AXES = 64  # along which images are alike or not
ROUNDS = 20  # of S. Lloyd's (1982) algorithm
NEGLIGIBLE = 1e-12  # weight of a component
MATRICES = 11  # of (pixels, pixels) at a time
COPIES = 3  # of all training images, as float64, at a time
BLOCK = 128  # noisy images at once: each takes 8 bytes for every component and axis


class MixtureDenoiser(KnownNoiseDenoiser):
    """The minimum-mean-square-error estimator where clean images are of a mixture of Gaussians.

    D. Zoran and Y. Weiss, "From Learning Models of Natural Image Patches to Whole Image
    Restoration" (2011), and G. Yu, G. Sapiro and S. Mallat, "Solving Inverse Problems with
    Piecewise Linear Estimators" (2012), with whole images for patches: the mean of as many linear
    estimates as there are components, each weighted by how likely its component is under the noisy
    image. The noise is taken for Gaussian, of the mean and variance that
    `denoise.evaluation.linear.LinearDenoiser` is told, and one component gives that estimator.

    The components are the clusters of the images, by k-means in their first principal components.
    A cluster has fewer images than pixels. So its covariance is averaged with that of all images
    around the means of their clusters, which counts as ``borrowed`` images do (J. Friedman,
    "Regularized Discriminant Analysis", 1989), and it is its own along the principal axes of the
    latter alone; what is left beyond them is the same for all.

    The published decimals do not hang on how a processor adds: a rounding moves no image to another
    cluster but where it is as near to two means, to a part in 10**12, and from the clusters on
    nothing is iterated.

    Parameters
    ----------
    clean : (n, height, width) uint8 array
        The images that the mixture is fitted to.
    components : int
        How many Gaussians, if there are images enough, 50 for each.
    borrowed : float
        How many images the common covariance counts for in each component's.

    Raises
    ------
    InputError
        When they would take more memory than should be taken.
    """

    def __init__(
        self, clean: np.ndarray, components: int = COMPONENTS, borrowed: float = BORROWED
    ) -> None:
        super().__init__(clean.shape, MATRICES, COPIES)
        pixels = as_pixels(clean)
        self._mean, self._covariance = moments(pixels)
        labels = _clusters(pixels - self._mean, self._covariance, components)
        sizes = np.bincount(labels)
        self._shares = sizes / len(pixels)
        self._means = np.stack(
            [pixels[labels == one].mean(axis=0, dtype=np.float64) for one in range(len(sizes))]
        )
        centred = pixels - self._means[labels]
        common = centred.T @ centred / len(centred)
        variances, self._axes = _principal_axes(common, OWN_AXES)
        self._rest = common - self._axes * variances @ self._axes.T
        along_axes = centred @ self._axes
        self._covariances = np.stack(
            [
                (own.T @ own + borrowed * np.diag(variances)) / (len(own) + borrowed)
                for own in (along_axes[labels == one] for one in range(len(sizes)))
            ]
        )

    def _estimator(self, observation: Observation) -> Callable[[np.ndarray], np.ndarray]:
        posterior_mean = self._posterior_mean(observation)
        return lambda noisy: in_blocks(posterior_mean, noisy, BLOCK)

    def _posterior_mean(self, observation: Observation) -> Callable[[np.ndarray], np.ndarray]:
        """Return what takes (n, pixels) noisy grey values to the mean of clean ones.

        Noise, and what is common to all components, are made white noise of variance 1 first. What
        is a component's own then lies in a space of as many dimensions as there are own axes.
        """
        blurred_mean = observation.blur @ self._mean
        blurred = observation.blur @ self._covariance @ observation.blur.T
        noise = observation.variance(blurred_mean, blurred.diagonal() + blurred_mean**2)
        observe = observation.gain * observation.blur
        common = linalg.cholesky(observe @ self._rest @ observe.T + np.diag(noise), lower=True)
        whiten = linalg.solve_triangular(common, np.eye(len(common)), lower=True)
        seen = whiten @ observe
        basis, own = linalg.qr(seen @ self._axes, mode="economic")
        means = self._means @ seen.T
        inner_means = means @ basis
        outer_means = means - inner_means @ basis.T
        rest = seen @ self._rest

        with_clean = self._covariances @ own.T
        factors = np.linalg.cholesky(own @ with_clean + np.eye(len(own)))
        to_white = np.linalg.inv(factors)
        determinants = np.log(np.diagonal(factors, axis1=1, axis2=2)).sum(axis=1)
        constant = np.log(self._shares) - determinants - (outer_means**2).sum(axis=1) / 2

        def posterior_mean(noisy: np.ndarray) -> np.ndarray:
            white = (noisy - observation.offset) @ whiten.T
            inner = white @ basis
            outer = white - inner @ basis.T
            # From here on the first axis is the components'.
            residual = to_white @ (inner - inner_means[:, np.newaxis]).swapaxes(1, 2)
            scores = outer_means @ outer.T - (residual**2).sum(axis=1) / 2
            weights = softmax(scores + constant[:, np.newaxis], axis=0)
            explained, along_axes = np.zeros(inner.T.shape), np.zeros(inner.T.shape)
            for one, likely in enumerate(weights > NEGLIGIBLE):
                if likely.any():
                    share = to_white[one].T @ (residual[one][:, likely] * weights[one, likely])
                    explained[:, likely] += share
                    along_axes[:, likely] += with_clean[one] @ share
            outer += explained.T @ basis.T - weights.T @ outer_means
            return weights.T @ self._means + along_axes.T @ self._axes.T + outer @ rest

        return posterior_mean


def _clusters(centred: np.ndarray, covariance: np.ndarray, count: int) -> np.ndarray:
    """Return the number of each image's cluster, (n,), from 0 on; none of them is empty."""
    count = min(count, len(centred) // LEAST_IMAGES)
    if count < 2:
        return np.zeros(len(centred), dtype=int)
    _, axes = _principal_axes(covariance, CLUSTERED_AXES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of empty clusters, where images are alike
        _, labels = kmeans2(
            centred @ axes, count, iter=ROUNDS, minit="points", rng=np.random.default_rng(0)
        )
    return np.unique(labels, return_inverse=True)[1]


def _principal_axes(covariance: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest variances, (count,), and along which axes they are, (pixels, count)."""
    last = len(covariance) - 1
    variances, axes = linalg.eigh(covariance, subset_by_index=(max(last - count + 1, 0), last))
    return np.maximum(variances, 0.0), axes

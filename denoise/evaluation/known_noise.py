"""What the denoisers share that are told how images were corrupted."""

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np

from denoise.evaluation.observation import Observation, refuse_too_large
from denoise.io.parameters.noise import Level


class KnownNoiseDenoiser(ABC):
    """An estimator of clean images, from what it has learned of them and from a known level.

    Parameters
    ----------
    shape : tuple[int, int, int]
        How many images it learns from, their height and their width.
    matrices : int
        How many float64 matrices of (pixels, pixels) it holds at a time.
    copies : int
        How many float64 copies of all these images it holds at a time.

    Raises
    ------
    InputError
        When that would take more memory than should be taken.
    """

    def __init__(self, shape: tuple[int, int, int], matrices: int, copies: int) -> None:
        refuse_too_large(shape, matrices, copies)
        self._shape = shape[1:]

    def at(self, level: Level) -> Callable[[np.ndarray], np.ndarray]:
        """Return what denoises images that were corrupted at one level.

        Parameters
        ----------
        level : Level
            How they were corrupted.

        Returns
        -------
        Callable
            From (n, height, width) float arrays to such float64 arrays in [0, 1].
        """
        return self._estimator(Observation(level, self._shape))

    @abstractmethod
    def _estimator(self, observation: Observation) -> Callable[[np.ndarray], np.ndarray]:
        """Return what `at` does, for what is observed of clean images at the level."""

"""What denoises best where blur and noise are known: each learns once, from clean digits."""

from collections.abc import Callable
from threading import Lock

import numpy as np

from denoise.inference.known_noise import ESTIMATORS
from denoise.io.parameters.noise import Level


class Estimators:
    """The estimators of `denoise.inference.known_noise`, each of which learns when it is chosen.

    Parameters
    ----------
    clean : (n, 28, 28) uint8 array
        The images to learn from.
    """

    def __init__(self, clean: np.ndarray) -> None:
        self._clean = clean
        self._learned: dict[str, object] = {}
        self._noise: tuple[str, Level] | None = None
        self._denoise: Callable[[np.ndarray], np.ndarray] | None = None
        self._lock = Lock()  # of several threads that ask for the same, one computes

    def denoise(self, name: str, level: Level, noisy: np.ndarray) -> np.ndarray:
        """Denoise (n, 28, 28) images that were corrupted at a level to float64 ones in [0, 1]."""
        return self._at(name, level)(noisy)

    def _at(self, name: str, level: Level) -> Callable[[np.ndarray], np.ndarray]:
        with self._lock:
            # The next digit mostly has the same noise. Of another there is no room for much more:
            # what a mixture computes for one takes hundreds of megabytes.
            if self._noise != (name, level):
                self._denoise = self._estimator(name).at(level)
                self._noise = (name, level)
            return self._denoise

    def _estimator(self, name: str):
        if name not in self._learned:
            self._learned[name] = ESTIMATORS[name](self._clean)
        return self._learned[name]

"""What a network is trained on: noisy images, and what each of them is to become."""

from dataclasses import dataclass

import numpy as np

from denoise.io.parameters.training import Target


@dataclass(frozen=True, eq=False)
class Pairs:
    """Noisy images and their targets.

    The target of a noisy image is the clean one, or another noisy copy of it, after J. Lehtinen
    et al., "Noise2Noise" (2018): the next copy in the first epoch, the one after that in the
    second, and so on.

    Parameters
    ----------
    noisy : (copies * n, height, width, 1) float array
        Copy after copy, grey values with white at 1; may be memory-mapped.
    clean : (n, height, width) uint8 array
    target : str
        ``"clean"`` or ``"noisy-copy"``.
    """

    noisy: np.ndarray
    clean: np.ndarray
    target: Target = "clean"

    def __len__(self) -> int:
        """Return the number of noisy images."""
        return len(self.noisy)

    @property
    def targets(self) -> np.ndarray:
        """The array that targets are rows of: ``clean`` or ``noisy``."""
        return self.clean if self.target == "clean" else self.noisy

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays that pairs are taken from."""
        return self.noisy.nbytes + (self.clean.nbytes if self.target == "clean" else 0)

    def target_rows(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Return the rows of `targets` that belong to ``rows`` of noisy images.

        Parameters
        ----------
        rows : (m,) int array
        epoch : int
            From 0.
        """
        images = len(self.clean)
        if self.target == "clean":
            return rows % images
        other_copies = len(self.noisy) // images - 1
        return (rows + (1 + epoch % other_copies) * images) % len(self.noisy)


def as_grey_values(images: np.ndarray) -> np.ndarray:
    """uint8 images (n, height, width) as float32 (n, height, width, 1) in [0, 1]."""
    return (images.astype(np.float32) / np.float32(255))[..., np.newaxis]

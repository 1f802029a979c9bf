"""Before-and-after sheets: pairs of images, what a model was given and what it made of it."""

from pathlib import Path

import numpy as np

from denoise.datasets.pictures import write_picture
from denoise.io.errors import InputError

PAIRS = 100  # on a sheet at most
COLUMNS = 5
ZOOM = 3  # screen pixels a pixel takes
GAP = 4  # pixels between pairs; half of it within one


class Sheets:
    """Collects pairs and writes a sheet whenever it is full: ``compare-001.png`` and so on.

    Parameters
    ----------
    folder : Path
        Where the sheets go.
    force : bool
        Overwrite sheets that are there.
    """

    def __init__(self, folder: Path, force: bool) -> None:
        self._folder, self._force = folder, force
        self._pairs: list[np.ndarray] = []
        self._number = 0  # of the last sheet, written or refused
        self.written: list[Path] = []

    def add(self, given: np.ndarray, denoised: np.ndarray) -> None:
        """Add pairs of (n, height, width) images, all of one size.

        Raises
        ------
        InputError
            when a sheet is there already and may not be overwritten.
        """
        for before, after in zip(given, denoised, strict=True):
            rim = np.ones((before.shape[0], GAP // 2), np.float32)
            self._pairs.append(np.hstack([np.clip(before, 0, 1), rim, after]))
            if len(self._pairs) == PAIRS:
                self.finish()

    def finish(self) -> None:
        """Write what has been collected since the last sheet."""
        if not self._pairs:
            return
        pairs, self._pairs = self._pairs, []
        self._number += 1
        path = self._folder / f"compare-{self._number:03d}.png"
        if path.exists() and not self._force:
            raise InputError(f"{path} exists: --force overwrites it")
        height, width = pairs[0].shape
        columns = min(COLUMNS, len(pairs))
        rows = -(-len(pairs) // columns)
        sheet = np.ones((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP), np.float32)
        for number, pair in enumerate(pairs):
            top, left = (
                GAP + place * (size + GAP)
                for place, size in zip(divmod(number, columns), pair.shape, strict=True)
            )
            sheet[top : top + height, left : left + width] = pair
        write_picture(np.kron(sheet, np.ones((ZOOM, ZOOM), np.float32)), path)
        self.written.append(path)

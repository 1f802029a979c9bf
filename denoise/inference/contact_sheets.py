"""Before-and-after sheets: pairs of images, what a model was given and what it made of it."""

import math
from pathlib import Path

import numpy as np

from denoise.datasets.pictures import write_picture
from denoise.inference.outputs import Outputs

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
    outputs : Outputs
        Says whether a sheet may be written.

    Raises
    ------
    InputError
        when the first sheet may not be written, before anything is denoised.
    """

    def __init__(self, folder: Path, outputs: Outputs) -> None:
        self._folder, self._outputs = folder, outputs
        self._pairs: list[np.ndarray] = []
        self._number = 0  # of the last sheet, written or refused
        self.written: list[Path] = []
        outputs.check(self._path(1))

    def _path(self, number: int) -> Path:
        return self._folder / f"compare-{number:03d}.png"

    def add(self, given: np.ndarray, denoised: np.ndarray) -> None:
        """Add pairs of (n, height, width) images.

        Raises
        ------
        InputError
            when a sheet may not be written, as there is such a file already.
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
        path = self._path(self._number)
        self._outputs.check(path)
        height, width = (max(pair.shape[axis] for pair in pairs) for axis in (0, 1))
        columns = min(COLUMNS, len(pairs))
        rows = math.ceil(len(pairs) / columns)
        sheet = np.ones((rows * (height + GAP) + GAP, columns * (width + GAP) + GAP), np.float32)
        for number, pair in enumerate(pairs):
            top, left = (
                GAP + place * (size + GAP)
                for place, size in zip(divmod(number, columns), (height, width), strict=True)
            )
            sheet[top : top + pair.shape[0], left : left + pair.shape[1]] = pair
        write_picture(np.kron(sheet, np.ones((ZOOM, ZOOM), np.float32)), path)
        self._outputs.add(path)
        self.written.append(path)

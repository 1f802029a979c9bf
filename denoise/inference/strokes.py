"""The strokes of a digit: what hangs together on a page, and what is near it."""

from dataclasses import dataclass
from functools import reduce

import numpy as np
from scipy import ndimage

GAP = 0.25  # of a digit's longer side: how far off a part of it may be
PART = 0.03  # of the energy of its strongest part: what another so far off has, a nearer one less
EIGHT = np.ones((3, 3))  # pixels that touch at a corner hang together


@dataclass(frozen=True)
class Box:
    """Some rows and columns of a page; ``bottom`` and ``right`` are the first after them."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    @property
    def longer(self) -> int:
        """Rows or columns, whichever are more."""
        return max(self.height, self.width)

    @property
    def pixels(self) -> tuple[slice, slice]:
        """What to index a page by."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def moved(self, rows: int, columns: int) -> "Box":
        """Return the same box so many rows further down and columns to the right."""
        return Box(self.top + rows, self.left + columns, self.bottom + rows, self.right + columns)

    def around(self, other: "Box") -> "Box":
        """Return the smallest box around both."""
        return Box(
            min(self.top, other.top),
            min(self.left, other.left),
            max(self.bottom, other.bottom),
            max(self.right, other.right),
        )

    def gap(self, other: "Box") -> int:
        """Return how many rows or columns are between both, whichever are more."""
        rows = max(self.top - other.bottom, other.top - self.bottom)
        columns = max(self.left - other.right, other.left - self.right)
        return max(rows, columns, 0)


def connected(mask: np.ndarray) -> tuple[np.ndarray, list[Box]]:
    """Return which connected part each pixel is of, from 1 on and 0 for none, and their boxes."""
    labels, _ = ndimage.label(mask, EIGHT)
    places = ndimage.find_objects(labels)
    return labels, [Box(y.start, x.start, y.stop, x.stop) for y, x in places]


def strokes(page: np.ndarray, least: float) -> tuple[np.ndarray, list[Box], np.ndarray]:
    """Return what hangs together above a grey value, as `connected` does, and the energy of each.

    Energy is the sum of squared grey values, of a page of background 0.
    """
    labels, boxes = connected(page > least)
    return labels, boxes, ndimage.sum_labels(page**2, labels, np.arange(len(boxes)) + 1)


def box_of_strokes(
    page: np.ndarray, least: float, middle: np.ndarray | None = None
) -> tuple[Box, float]:
    """Return the box of the strongest stroke and those near it, and its share of the energy.

    Parameters
    ----------
    page : (height, width) float array
        Its background 0.
    least : float
        The grey value above which there is a stroke, which there is.
    middle : (height, width) bool array, optional
        Where the strongest stroke passes; anywhere if it is left out.
    """
    labels, boxes, energies = strokes(page, least)
    passing = np.unique(labels if middle is None else labels[middle])
    strongest = max(passing[passing > 0] - 1, key=lambda part: energies[part])
    share = energies / energies[strongest] / PART
    box, rest = boxes[strongest], set(range(len(boxes))) - {strongest}
    reach = GAP * box.longer
    while near := [part for part in rest if share[part] >= 1 and box.gap(boxes[part]) <= reach]:
        box = reduce(Box.around, (boxes[part] for part in near), box)
        rest -= set(near)
    near = [part for part in rest if box.gap(boxes[part]) <= min(1, share[part]) * reach]
    box = reduce(Box.around, (boxes[part] for part in near), box)
    return box, float(energies[strongest] / energies.sum())

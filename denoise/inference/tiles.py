"""Pictures of any size through a model that takes tiles of one: overlapping, blended smoothly.

A network sees the less of a picture the nearer it is to the edge of its tile. Of every tile the
outer eighth on each side is therefore not used, and over the next eighth it gives way to its
neighbour, by half a period of a cosine.
"""

from collections.abc import Callable

import numpy as np
from tqdm import tqdm

RIM = 8  # of a tile's side are what is not used and what is blended, at either end
BATCH_PIXELS = 200_000  # that a model is given at a time: more would only take more memory
SHORT = 2  # seconds: what takes no longer shows no progress


def denoise_in_tiles(
    picture: np.ndarray, model: Callable[[np.ndarray], np.ndarray], tile: tuple[int, int]
) -> np.ndarray:
    """Return what a model makes of a picture at its own resolution.

    Beyond its edges the picture is reflected. Memory holds a few tiles beside the picture and the
    result. Tiles with sides of a multiple of 64 lie at multiples of 8 pixels: networks that halve
    an image three times then put the same pixels together as in the picture as a whole.

    Parameters
    ----------
    picture : (height, width) float array
        Of grey values, any height and width.
    model : Callable
        From (n, *tile) float32 arrays to such arrays.
    tile : tuple
        Height and width of what the model takes.

    Returns
    -------
    (height, width) float32 array
    """
    if picture.shape == tile:
        return model(picture[np.newaxis].astype(np.float32))[0]
    rows, columns = (_Axis(side, length) for side, length in zip(picture.shape, tile, strict=True))
    result = np.zeros(picture.shape, np.float32)
    places = [(top, left) for top in rows.starts for left in columns.starts]
    batch = max(1, BATCH_PIXELS // (tile[0] * tile[1]))
    with tqdm(total=len(places), unit=" tiles", disable=None, leave=False, delay=SHORT) as progress:
        for first in range(0, len(places), batch):
            some = places[first : first + batch]
            tiles = [picture[np.ix_(rows.seen(top), columns.seen(left))] for top, left in some]
            denoised = model(np.stack(tiles).astype(np.float32))
            for (top, left), each in zip(some, denoised, strict=True):
                (into_rows, of_rows), (into_columns, of_columns) = (
                    rows.part(top),
                    columns.part(left),
                )
                share = np.outer(rows.weights[of_rows], columns.weights[of_columns])
                result[into_rows, into_columns] += share * each[of_rows, of_columns]
            progress.update(len(some))
    return result


class _Axis:
    """Where tiles begin along a side of a picture, and how much each of their pixels counts.

    ``starts`` are pixels of the picture, the first before its edge. The ``weights`` of all tiles
    add up to 1 at every pixel of the picture.
    """

    def __init__(self, side: int, length: int) -> None:
        self._side, self._length = side, length
        rim = length // RIM
        self.starts = range(-2 * rim, side - rim, length - 3 * rim)
        rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(rim) + 0.5) / max(rim, 1))
        unused, whole = np.zeros(rim), np.ones(length - 4 * rim)
        weights = np.concatenate([unused, rise, whole, 1 - rise, unused])
        self.weights = weights.astype(np.float32)

    def seen(self, start: int) -> np.ndarray:
        """Return the pixels of the picture that a tile shows, reflected where it reaches beyond."""
        period = max(1, 2 * (self._side - 1))
        places = np.abs(np.arange(start, start + self._length)) % period
        return np.minimum(places, period - places)

    def part(self, start: int) -> tuple[slice, slice]:
        """Return the pixels of the picture that a tile covers, and those of the tile."""
        first, last = max(0, start), min(self._side, start + self._length)
        return slice(first, last), slice(first - start, last - start)

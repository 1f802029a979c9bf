"""The background of a page: paper, under light that may be uneven."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from numpy.polynomial import polynomial
from scipy.optimize import linprog

from denoise.inference.border import border

TILES = 24  # along each side, at most
POWERS = np.add.outer(range(3), range(3)) <= 2  # of row and column, in a quadratic surface
EVEN = 0.9  # of the median deviation along the border: what a surface must undercut


def background(page: np.ndarray) -> np.ndarray:
    """Return the grey values that a page would have without the digit on it.

    Parameters
    ----------
    page : (height, width) float32 array
        Of any range.

    Returns
    -------
    (height, width) or () float32 array
        The quadratic surface of least absolute deviations from the means of tiles: a digit, which
        is an outlier, does not bend it. In even light, where that surface describes the border of
        the page no better than one grey value does, the median of the border.
    """
    tile = [ceil(side / TILES) for side in page.shape]
    tiles = tile_means(page, *tile)
    places = _places(tiles.shape, tile, page.shape)
    terms = polynomial.polyvander2d(*np.meshgrid(*places, indexing="ij"), (2, 2))
    terms = terms[..., POWERS.ravel()].reshape(tiles.size, -1)
    # The dual of the linear program: its multipliers are the surface's coefficients.
    nothing = np.zeros(terms.shape[1])
    solved = linprog(-tiles.ravel().astype(np.float64), None, None, terms.T, nothing, (-1, 1))
    coefficients = np.zeros(POWERS.shape)
    if solved.success:
        coefficients[POWERS] = -solved.eqlin.marginals
    edge = border(tiles)
    left = border(tiles - polynomial.polygrid2d(*places, coefficients))
    if np.median(np.abs(left)) >= EVEN * np.median(np.abs(edge - np.median(edge))):
        return np.median(border(page))
    places = _places(page.shape, (1, 1), page.shape)
    return polynomial.polygrid2d(*places, coefficients).astype(np.float32)


def tile_means(page: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Return the mean of each tile of so many pixels; incomplete ones at the end are left out."""
    height, width = page.shape[0] // rows, page.shape[1] // columns
    whole = page[: height * rows, : width * columns]
    return whole.reshape(height, rows, width, columns).mean(axis=(1, 3))


def _places(counts: Sequence[int], tile: Sequence[int], page: Sequence[int]) -> list[np.ndarray]:
    """Return the middles of rows and of columns of tiles, the whole page being [-1, 1]."""
    return [
        (2 * np.arange(count) + 1) * side / whole - 1
        for count, side, whole in zip(counts, tile, page, strict=True)
    ]

"""Pictures of any and of different sizes, cut into patches of one size on a fixed grid."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from denoise.io.errors import InputError

Size = tuple[int, int]


def lay_grid(names: Sequence[str], sizes: Sequence[Size], patch: Size, stride: Size) -> tuple:
    """Return where the patches of some pictures lie, and how many pixels are in none.

    The grid begins at the top left pixel of each picture. Patches come in a shuffled order, always
    the same: where a stage does not use all images it uses the first, which then stand for all.

    Parameters
    ----------
    names : sequence of str
        Of the pictures.
    sizes : sequence of tuple
        Their heights and widths, pixels.
    patch : tuple
        Height and width of a patch.
    stride : tuple
        Rows and columns from one patch to the next.

    Returns
    -------
    patches : pandas.DataFrame
        A row per patch: ``patch``, its number, ``picture``, a name, and ``top`` and ``left``, the
        row and column of its first pixel.
    left_over : int
        Pixels.

    Raises
    ------
    InputError
        When a picture is smaller than a patch.
    """
    rows, left_over = [], 0
    for name, size in zip(names, sizes, strict=True):
        if any(side < least for side, least in zip(size, patch, strict=True)):
            raise InputError(
                f"{name} has {_words(size)} pixels, less than a patch of {_words(patch)}: leave it"
                " out, or make `patch` smaller in datasets.yaml"
            )
        tops, lefts = (
            range(0, side - length + 1, step)
            for side, length, step in zip(size, patch, stride, strict=True)
        )
        rows += [(name, top, left) for top in tops for left in lefts]
        left_over += size[0] * size[1] - _covered(tops, patch[0]) * _covered(lefts, patch[1])
    table = pd.DataFrame(rows, columns=["picture", "top", "left"])
    order = np.random.Generator(np.random.PCG64(0)).permutation(len(table))
    table = table.iloc[order].reset_index(drop=True)
    table.insert(0, "patch", table.index)
    return table, left_over


def cut(
    names: Sequence[str], pictures: Sequence[np.ndarray], patches: pd.DataFrame, size: Size
) -> np.ndarray:
    """Return the patches that `lay_grid` found, (n, *size), in its order."""
    by_name = dict(zip(names, pictures, strict=True))
    height, width = size
    found = np.empty((len(patches), height, width), pictures[0].dtype)
    for row in patches.itertuples():
        found[row.patch] = by_name[row.picture][
            row.top : row.top + height, row.left : row.left + width
        ]
    return found


def tell_patches(part: str, sizes: Sequence[Size], patches: int, size: Size, left_over: int) -> str:
    """Return the line about what became of the pictures of a part, ``train`` or ``test``."""
    pixels = sum(height * width for height, width in sizes)
    count, kinds = len(sizes), len(set(sizes))
    pictures = "1 picture" if count == 1 else f"{count:,} pictures"
    of_sizes = "one size" if kinds == 1 else f"{kinds:,} sizes"
    return (
        f"{part}: {pictures} of {of_sizes} cut into {patches:,} patches of {_words(size)} pixels;"
        f" {left_over:,} of {pixels:,} pixels fell off the edges"
    )


def _covered(starts: range, length: int) -> int:
    """Return how many rows, or columns, are in some patch."""
    return min(starts.step, length) * (len(starts) - 1) + length


def _words(size: Size) -> str:
    height, width = size
    return f"{width}x{height}"

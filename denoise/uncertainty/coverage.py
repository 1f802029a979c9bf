"""How many pixels lie within their intervals, and how wide these are: image by image."""

import numpy as np
import pandas as pd

from denoise.uncertainty.conformal import share_of_each

PARTS = ("ink", "paper", "all")  # pixels that are not black in the clean image, those that are


def measure_coverage(errors: np.ndarray, half_widths: np.ndarray, ink: np.ndarray) -> pd.DataFrame:
    """Measure each image.

    Parameters
    ----------
    errors : (n, height, width) float array
        Absolute differences of denoised and clean images.
    half_widths : (n, height, width) float array
        Of the intervals, grey values.
    ink : (n, height, width) bool array
        Where the clean images are not black.

    Returns
    -------
    pandas.DataFrame
        One row per image: for each of `PARTS` the share of its pixels that lie ``within_``, 1
        where it has none, and their mean ``half_width_``.
    """
    within = errors <= half_widths
    parts = dict(zip(PARTS, (ink, ~ink, np.ones_like(ink)), strict=True))
    figures = {f"within_{name}": share_of_each(within, part) for name, part in parts.items()}
    for name, part in parts.items():
        counts = np.maximum(part.sum(axis=(1, 2)), 1)
        figures[f"half_width_{name}"] = np.where(part, half_widths, 0).sum(axis=(1, 2)) / counts
    return pd.DataFrame(figures).fillna(1.0)

"""Denoisers measured at every noise level on the same noisy images."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from tqdm import tqdm

from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.measured import as_row
from denoise.evaluation.reader import Reader
from denoise.io.parameters.noise import Level
from denoise.storage.arrays import read_array, read_noisy


def measure_at_every_level(
    denoisers: Sequence[tuple[dict, Callable[[np.ndarray], np.ndarray]]],
    levels: Mapping[str, Level],
    seed: int,
    clean: Path,
    classifier: Path,
) -> list[dict]:
    """Measure denoisers on all test images.

    Parameters
    ----------
    denoisers : sequence of (dict, Callable)
        The cells that a row names a denoiser by, such as its method and its seed, and the denoiser,
        from (n, height, width) noisy images to as many in [0, 1].
    levels : Mapping[str, Level]
        By name.
    seed : int
        The pipeline's seed, so that the noise is what the pipeline's own model is measured in.
    clean, classifier : Path
        What the stages prepare and classifier left.

    Returns
    -------
    list of dict
        Denoiser by denoiser, a row for each level in the order of their names: the level, the
        denoiser's own cells, and figures with intervals as `denoise.evaluation.measured.as_row` has
        them.
    """
    test, reader = read_array(clean, "test_images"), Reader(clean, classifier)
    given, target = read_noisy(clean, "test"), test.astype(np.float64) / 255
    found = [[] for _ in denoisers]
    for level in tqdm(sorted(levels), unit=" levels", disable=None):
        noisy = corrupt_at_level(test, levels[level], seed, f"test/{level}", given)
        of_level = {"level": level, **levels[level].model_dump()}
        for rows, (cells, denoiser) in zip(found, denoisers, strict=True):
            rows.append(of_level | cells | as_row(reader.measure(denoiser(noisy), target)))
    return [row for rows in found for row in rows]

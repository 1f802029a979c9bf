"""Whether two methods differ: by their differences image by image, and training by training."""

from collections.abc import Sequence
from itertools import compress

import numpy as np
import pandas as pd
from scipy.stats import binomtest, t

from denoise.evaluation.metrics import CONFIDENCE, bootstrap_means


def differences(methods: Sequence[np.ndarray], reference: np.ndarray, figure: str) -> pd.DataFrame:
    """Return how much more each method has than a reference, and whether that is decided.

    Both are measured on the same images, so that an image which is hard for all counts for
    nothing: only the differences vary. The interval adds two independent sources in quadrature. One
    is the percentile bootstrap's over images (B. Efron, 1979), of the differences between the means
    over trainings. The other is B. Welch's (1947) t interval over trainings that differ by their
    seed, see `luck`.

    Parameters
    ----------
    methods : sequence of structured arrays
        As `denoise.evaluation.measured` has them: (trainings, images) of what is trained, and
        (images,) of what is not.
    reference : structured array
        Likewise.
    figure : str
        Which field of them.

    Returns
    -------
    pandas.DataFrame
        A row per method: ``mean``, ``low`` and ``high`` ends of the 95 % interval, and ``decided``:
        whether the interval excludes 0. Where legibility is of one training against one, it is
        decided by Q. McNemar's (1947) exact test of the images that only one of them makes legible.
    """
    theirs, *ours = (np.atleast_2d(each[figure]).astype(float) for each in (reference, *methods))
    paired = np.stack([each.mean(axis=0) for each in ours], axis=1) - theirs.mean(axis=0)[:, None]
    low, high = bootstrap_means(paired)
    rows = []
    for scores, each, mean, *ends in zip(
        methods, ours, paired.mean(axis=0), low, high, strict=True
    ):
        trained = (scores.ndim == 2, reference.ndim == 2)
        reach = luck(*compress((each.mean(axis=1), theirs.mean(axis=1)), trained))
        low_end, high_end = (
            mean - np.hypot(mean - ends[0], reach),
            mean + np.hypot(ends[1] - mean, reach),
        )
        decided = low_end > 0 or high_end < 0
        if figure == "legibility" and len(each) == len(theirs) == 1:
            decided = _mcnemar(each[0], theirs[0])
        rows.append({"mean": mean, "low": low_end, "high": high_end, "decided": bool(decided)})
    return pd.DataFrame(rows)


def mean_over_trainings(trainings: np.ndarray, figure: str) -> tuple[float, float, float]:
    """Return the mean of a figure over trainings and images, and the ends of its 95 % interval.

    Parameters
    ----------
    trainings : (trainings, images) structured array
        Of two trainings or more. The interval holds both sources, as in `differences`.
    figure : str
    """
    nothing = np.zeros(trainings.shape[1], [(figure, "<f2")])
    row = differences([trainings], nothing, figure).iloc[0]
    return row["mean"], row["low"], row["high"]


def luck(*methods: np.ndarray) -> float:
    """Return how far B. Welch's (1947) 95 % interval reaches, over trainings.

    Parameters
    ----------
    *methods : (trainings,) array
        What each training of a method came to; of one method, or of two whose difference is asked
        for. One that was trained once is taken to vary as much as the other. Where that was not
        trained again either, luck cannot be told, and counts as none.
    """
    repeated = [results for results in methods if len(results) > 1]
    variances = [results.var(ddof=1) / len(results) for results in repeated]
    if len(repeated) == 1:
        variances[0] += repeated[0].var(ddof=1) * (len(methods) - 1)
    total = sum(variances)
    if total == 0:
        return 0.0
    parts = zip(variances, repeated, strict=True)
    freedom = total**2 / sum(variance**2 / (len(results) - 1) for variance, results in parts)
    return float(t.ppf((1 + CONFIDENCE) / 2, freedom) * np.sqrt(total))


def _mcnemar(ours: np.ndarray, theirs: np.ndarray) -> bool:
    only_ours, only_theirs = int((ours > theirs).sum()), int((ours < theirs).sum())
    either = only_ours + only_theirs
    return either > 0 and binomtest(only_ours, either).pvalue < 1 - CONFIDENCE

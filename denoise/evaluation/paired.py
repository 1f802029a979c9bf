"""Whether two methods differ: by their differences image by image, and training by training."""

from collections.abc import Sequence
from itertools import compress

import numpy as np
import pandas as pd
from scipy.stats import binomtest, sem, t

from denoise.evaluation.metrics import CONFIDENCE


def differences(methods: Sequence[np.ndarray], reference: np.ndarray, figure: str) -> pd.DataFrame:
    """Return how much more each method has than a reference, and whether that is decided.

    Both are measured on the same images, so that an image which is hard for all counts for
    nothing: only the differences vary. The interval adds two independent sources in quadrature. One
    is Student's (1908) t interval over images, of the differences between the means over trainings.
    It draws nothing, so that no draw decides a close comparison. The other is B. Welch's (1947) t
    interval over trainings that differ by their seed, see `luck`.

    Parameters
    ----------
    methods : sequence of structured arrays
        As `denoise.evaluation.measured` has them: (trainings, images) of what is trained, and
        (images,) of what is not, or is taken as it is, such as an ensemble. Of two images or more.
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
    rows = []
    for scores, each, images in zip(methods, ours, paired.T, strict=True):
        trained = (scores.ndim == 2, reference.ndim == 2)
        of_luck = luck(*compress((each.mean(axis=1), theirs.mean(axis=1)), trained))
        mean, reach = images.mean(), np.hypot(_over_images(images), of_luck)
        decided = abs(mean) > reach
        if figure == "legibility" and len(each) == len(theirs) == 1:
            decided = _mcnemar(each[0], theirs[0])
        rows.append(
            {"mean": mean, "low": mean - reach, "high": mean + reach, "decided": bool(decided)}
        )
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


def _over_images(paired: np.ndarray) -> float:
    """Return how far Student's 95 % interval of a mean of (images,) differences reaches."""
    return float(t.ppf((1 + CONFIDENCE) / 2, len(paired) - 1) * sem(paired))


def _mcnemar(ours: np.ndarray, theirs: np.ndarray) -> bool:
    only_ours, only_theirs = int((ours > theirs).sum()), int((ours < theirs).sum())
    either = only_ours + only_theirs
    return either > 0 and binomtest(only_ours, either).pvalue < 1 - CONFIDENCE

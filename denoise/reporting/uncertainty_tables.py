"""The table of what an ensemble leaves, and of how many pixels lie within its intervals."""

import pandas as pd

from denoise.io.parameters.noise import Level, Noise
from denoise.io.parameters.studies import Training
from denoise.reporting.result_tables import cell, describe_noise, to_markdown
from denoise.uncertainty.coverage import PARTS
from denoise.uncertainty.ensemble_model import Intervals

AS_TRAINED = "as trained"  # noise drawn anew from the ranges of training, and no level
NAMES = {"ink": "ink", "paper": "no ink", "all": "all pixels"}


def within_trained(level: Level, noise: Noise) -> bool:
    """Whether a level is no stronger than noise that was trained on, and of its kind."""
    return (
        level.blur <= noise.blur[1]
        and level.amplitude <= noise.amplitude[1]
        and (level.kind == noise.kind or level.amplitude == 0)
    )


def intervals_as_markdown(results: pd.DataFrame, intervals: Intervals, training: Training) -> str:
    """Write PSNR, the shares of pixels within their intervals, and mean half-widths, by level.

    Parameters
    ----------
    results : pandas.DataFrame
        Columns ``level``, ``trained``, ``images``, and ``psnr`` in dB and every figure of
        `denoise.uncertainty.coverage.measure_coverage`, with their ``_low`` and ``_high``.
    intervals : Intervals
        Those of the ensemble.
    training : Training
        Of its members.
    """
    noise, images = training.noise, training.held_out - training.held_out // 2
    said = [
        f"Intervals of ± {intervals.factor:g} × (standard deviation of {len(training.seeds)}",
        f"members + {intervals.floor:g}), at most ± 1,",
        f"for {intervals.coverage:.0%} of the pixels with ink and the same of those without:",
        f"calibrated on {images:,} training images that no member has seen, with the noise of",
        f"training, blur σ {noise.blur[0]:g} to {noise.blur[1]:g} and",
        f"{describe_noise(noise.kind, noise.amplitude[0])} to {noise.amplitude[1]:g}.",
    ]
    rows = []
    for _, row in results.iterrows():
        line = {"noise": row["level"], "trained on": "yes" if row["trained"] else "no, stronger"}
        line["PSNR, dB"] = cell(row, "psnr", 2)
        line |= {f"within, {NAMES[name]}": cell(row, f"within_{name}", 3) for name in PARTS}
        line |= {f"half-width, {NAMES[name]}": f"{row[f'half_width_{name}']:.3f}" for name in PARTS}
        rows.append(line)
    return f"{' '.join(said)}\n\n{to_markdown(pd.DataFrame(rows), words=2)}"

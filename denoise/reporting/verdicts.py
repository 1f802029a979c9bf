"""Whether what was expected held: each claim is judged by the results that decide it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import singledispatch

import numpy as np
import pandas as pd

from denoise.evaluation.measured import SCORES
from denoise.evaluation.paired import differences, luck
from denoise.io.errors import InputError
from denoise.io.parameters.claims import (
    AgainstPublished,
    BestRecipe,
    Comparison,
    Target,
    Updates,
)
from denoise.reporting.result_tables import SHOWN, available, has_no_psnr

TITLES = {name: title.split(",")[0] for name, title, _, _ in SHOWN}
DECIMALS = {name: decimals for name, _, decimals, _ in SHOWN}
MORE_IS_BETTER = {name: more for name, _, _, more in SHOWN}
# By how much less than another may have what is called not worse: what nobody would notice.
MARGINS = {"psnr": 0.1, "ssim": 0.01, "legibility": 0.01, "bce": 0.001, "held_out_loss": 0.0005}


class Verdict(StrEnum):
    """What the results say of an expectation."""

    HELD = "held"
    FAILED = "failed"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Evidence:
    """What claims are judged by.

    ``compared`` is a row per level and method, as `denoise.evaluation.pooled` has them, with its
    ``scores``. ``gains``, ``stands`` and ``trials`` are the results of the stages gains,
    convergence and rank.
    """

    compared: pd.DataFrame
    gains: pd.DataFrame
    stands: pd.DataFrame
    trials: pd.DataFrame


@dataclass(frozen=True)
class Finding:
    """One case of a claim: the cells of its row in a table, by column, and the verdict."""

    cells: dict[str, str]
    verdict: Verdict


@singledispatch
def judge(claim, evidence: Evidence) -> list[Finding]:
    """Return a finding for each case that a claim is made of.

    Raises
    ------
    InputError
        When it names a level, a method or a recipe that there is not.
    """
    raise TypeError(f"no rule for {type(claim).__name__}")


@judge.register
def _(claim: Comparison, evidence: Evidence) -> list[Finding]:
    figure, decimals = claim.figure, DECIMALS[claim.figure]
    findings = []
    for level in claim.levels:
        rows = _at(evidence.compared, level)
        ours = _named(rows, claim.method, level)
        others = pd.DataFrame([_named(rows, name, level) for name in claim.than])
        if figure == "psnr":
            others = others[~has_no_psnr(others["psnr"])]
        if others.empty:
            raise InputError(
                f"claim {claim.question!r}: {claim.than[0]} leaves the images of {level} untouched"
                " and has no PSNR: ask for another level or figure"
            )
        best = others[figure].agg("idxmax" if MORE_IS_BETTER[figure] else "idxmin")
        found = differences([ours[SCORES]], others.loc[best, SCORES], figure).iloc[0]
        cells = {
            "level": level,
            claim.method: f"{ours[figure]:.{decimals}f}",
            "with": str(best),
            "its": f"{others.loc[best, figure]:.{decimals}f}",
            "difference": _signed(found["mean"], found["low"], found["high"], decimals),
        }
        ends = (found["low"], found["high"])
        low, high = ends if MORE_IS_BETTER[figure] else (-ends[1], -ends[0])
        if claim.asks == "not worse":
            verdict = _not_worse(low, high, MARGINS[figure])
        elif found["decided"]:
            verdict = Verdict.HELD if low + high > 0 else Verdict.FAILED
        else:
            verdict = Verdict.UNDECIDED
        findings.append(Finding(cells, verdict))
    return findings


@judge.register
def _(claim: Target, evidence: Evidence) -> list[Finding]:
    figure, decimals = claim.figure, DECIMALS[claim.figure]
    findings = []
    for level, target in claim.levels.items():
        row = _named(_at(evidence.compared, level), claim.method, level)
        value, low, high = (row[f"{figure}{end}"] for end in ("", "_low", "_high"))
        cells = {
            "level": level,
            "target": f"{target:.{decimals}f}",
            "reached": f"{value:.{decimals}f} ({low:.{decimals}f} to {high:.{decimals}f})",
        }
        gap = (value, low, high) if MORE_IS_BETTER[figure] else (-value, -high, -low)
        aim = target if MORE_IS_BETTER[figure] else -target
        _, low, high = gap
        verdict = (
            Verdict.HELD if low >= aim else Verdict.FAILED if high < aim else Verdict.UNDECIDED
        )
        findings.append(Finding(cells, verdict))
    return findings


@judge.register
def _(claim: AgainstPublished, evidence: Evidence) -> list[Finding]:
    gains = evidence.gains[evidence.gains["method"] == claim.method]
    if gains.empty:
        raise InputError(f"claim {claim.question!r}: no gains of {claim.method!r} were measured")
    findings = []
    for figure, _, decimals, more in available(SHOWN, gains):
        for level, trainings in gains.groupby("level", sort=False):
            mean = trainings[figure].mean()
            images = (trainings[f"{figure}_high"] - trainings[f"{figure}_low"]).mean() / 2
            reach = np.hypot(images, luck(trainings[figure].to_numpy()))
            cells = {
                "figure": TITLES[figure],
                "level": level,
                "published": f"{trainings[f'{figure}_published'].iloc[0]:.{decimals}f}",
                "difference": _signed(mean, mean - reach, mean + reach, decimals),
            }
            gain = mean if more else -mean
            verdict = _not_worse(gain - reach, gain + reach, MARGINS[figure])
            findings.append(Finding(cells, verdict))
    return findings


@judge.register
def _(claim: Updates, evidence: Evidence) -> list[Finding]:
    stands = evidence.stands
    rows = stands[stands["method"] == claim.than]
    if rows.empty:
        raise InputError(f"claim {claim.question!r}: no loss curve of {claim.than!r}")
    row, own = rows.iloc[-1], stands.iloc[0]
    reached = row["reference_updates"]
    cells = {
        "lowest loss of the other": f"{row['lowest_noisy_loss']:.4f}",
        "its updates": f"{row['updates']:,}",
        "as good after, by the mean curve": "never" if pd.isna(reached) else f"{reached:,}",
        "times fewer": "" if pd.isna(reached) else f"{row['updates'] / reached:.0f}",
        "trainings that get there": f"{row['reference_reached']} of {own['trainings']}",
    }
    if pd.isna(reached) or reached >= row["updates"]:
        return [Finding(cells, Verdict.FAILED)]
    all_of_them = row["reference_reached"] == own["trainings"]
    return [Finding(cells, Verdict.HELD if all_of_them else Verdict.UNDECIDED)]


@judge.register
def _(claim: BestRecipe, evidence: Evidence) -> list[Finding]:
    losses = {
        name: rows["held_out_loss"].to_numpy()
        for name, rows in evidence.trials.groupby("candidate", sort=False)
    }
    if claim.candidate not in losses:
        raise InputError(f"claim {claim.question!r}: no candidate {claim.candidate!r} was tried")
    ours = losses.pop(claim.candidate)
    findings = []
    for name, theirs in sorted(losses.items(), key=lambda item: item[1].mean()):
        mean = ours.mean() - theirs.mean()
        cells = {"with": name, "seeds": str(len(theirs))}
        if len(theirs) == 1 or len(ours) == 1:  # of one training nobody knows the luck
            cells["its own loss less this"], verdict = f"{mean:+.4f}", Verdict.UNDECIDED
        else:
            reach = luck(ours, theirs)
            cells["its own loss less this"] = _signed(mean, mean - reach, mean + reach, 4)
            verdict = _not_worse(-mean - reach, -mean + reach, MARGINS["held_out_loss"])
        findings.append(Finding(cells, verdict))
    return findings


def _not_worse(low: float, high: float, margin: float) -> Verdict:
    """Judge by the ends of the interval of how much more a method has, in its better direction."""
    if low >= -margin:
        return Verdict.HELD
    return Verdict.FAILED if high < -margin else Verdict.UNDECIDED


def _at(table: pd.DataFrame, level: str) -> pd.DataFrame:
    rows = table[table["level"] == level].set_index("method")
    if rows.empty:
        raise InputError(f"studies/claims.yaml asks for the level {level!r}, which does not exist")
    return rows


def _named(rows: pd.DataFrame, method: str, level: str) -> pd.Series:
    if method not in rows.index:
        known = ", ".join(rows.index)
        raise InputError(
            f"studies/claims.yaml asks for a method {method!r} at {level}; there are {known}"
        )
    return rows.loc[method]


def _signed(mean: float, low: float, high: float, decimals: int) -> str:
    return f"{mean:+.{decimals}f} ({low:+.{decimals}f} to {high:+.{decimals}f})"


def overall(verdicts: Sequence[Verdict]) -> str:
    """Say how often each verdict was given: ``held``, or ``held in 3 of 4 cases, failed in 1``."""
    counts = {verdict: list(verdicts).count(verdict) for verdict in Verdict}
    given = {verdict: count for verdict, count in counts.items() if count}
    if len(given) == 1:
        verdict, count = next(iter(given.items()))
        return verdict if count == 1 else f"{verdict} in all {count} cases"
    first, *rest = given.items()
    parts = [f"{first[0]} in {first[1]} of {len(verdicts)} cases"]
    return ", ".join([*parts, *(f"{verdict} in {count}" for verdict, count in rest)])

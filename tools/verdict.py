"""The verdict on a file that was computed again: the same bytes, near enough, or different."""

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
import pandas as pd

from tools.machine import computes_alike

# How far another kind of processor may move a figure, and the ends of its interval, in its own
# unit. Legibility and shares of readings also move with the classifier, which is trained there too.
TOLERANCES = {"psnr": 0.5, "ssim": 0.03, "legibility": 0.05, "read_as": 0.05, "accuracy": 0.005}
# And so do readings with their confidence, and the intervals that are calibrated.
TOLERANCES |= dict.fromkeys(("right", "confidence", "wrong", "left_out", "within"), 0.05)
TOLERANCES |= {"temperature": 0.5, "least": 0.1, "half_width": 0.05}
TOLERANCE = 0.01  # of cross-entropies, squared errors and all else


class Outcome(Enum):
    """How a file came out, and how a verdict says it in a certificate."""

    SAME = "same bytes"
    OTHER_BYTES = "other bytes, {}"
    WITHIN_TOLERANCE = "within tolerance ({})"
    DIFFERS = "DIFFERS: {}"


@dataclass(frozen=True)
class Verdict:
    """How a file came out, and in what it differs."""

    outcome: Outcome
    detail: str = ""

    def __str__(self) -> str:
        """Return it as a certificate has it."""
        return self.outcome.value.format(self.detail)


SAME = Verdict(Outcome.SAME)


def differs(detail: str) -> Verdict:
    """Return the verdict on a file that is not what it should be."""
    return Verdict(Outcome.DIFFERS, detail)


def compare_files(committed: Path, rerun: Path) -> Verdict:
    """Give the verdict on one file.

    Where the processor computes as others do, what has not the same bytes differs.
    """
    if not (committed.exists() and rerun.exists()):
        return differs(f"only the {'committed' if committed.exists() else 'new'} results have it")
    if committed.read_bytes() == rerun.read_bytes():
        return SAME
    verdict = compare_content(committed, rerun)
    if computes_alike() and verdict.outcome is not Outcome.DIFFERS:
        return differs(str(verdict))
    return verdict


def compare_content(committed: Path, rerun: Path) -> Verdict:
    """Give the verdict on two files whose bytes differ, by their numbers."""
    if committed.suffix not in {".json", ".csv"}:  # a picture or a model; the metrics judge it
        return Verdict(Outcome.OTHER_BYTES, "as its numbers")
    worst, excess = "", 0.0
    first, second = numbers(committed), numbers(rerun)
    if first.keys() != second.keys():
        return differs("it holds other entries")
    for name, value in first.items():
        share = abs(value - second[name]) / tolerance(name)
        if np.isnan(value) and np.isnan(second[name]):  # both tell nothing
            continue
        if np.isnan(share) or share > excess:
            worst, excess = f"{name} {value:g} became {second[name]:g}", share
    if not worst:
        return Verdict(Outcome.OTHER_BYTES, "the same numbers")
    return Verdict(Outcome.WITHIN_TOLERANCE if excess <= 1 else Outcome.DIFFERS, worst)


def tolerance(name: str) -> float:
    """How far the number of that name may move; an interval's ends as far as their figure."""
    last = name.rsplit(".", 1)[-1]
    groups = ("read_as", "wrong_", "within_", "half_width_")  # of figures that move alike
    kind = next((group.rstrip("_") for group in groups if last.startswith(group)), last)
    return TOLERANCES.get(kind.removesuffix("_low").removesuffix("_high"), TOLERANCE)


def numbers(path: Path) -> dict[str, float]:
    """Every number in a metrics file, by name; rows of a table are told apart by their words.

    Counts of readings become shares of the images of their row.
    """
    if path.suffix == ".json":
        flat = pd.json_normalize(json.loads(path.read_text(encoding="utf-8"))).iloc[0]
        return {name: float(value) for name, value in flat.items()}
    table = pd.read_csv(path)
    counts = table.filter(like="read_as")
    if not counts.empty:
        table[counts.columns] = counts.div(counts.sum(axis=1), axis=0)
    found = {}
    for number, row in enumerate(table.to_dict("records"), start=1):
        words = [value for value in row.values() if isinstance(value, str)]
        label = ", ".join([*words, f"row {number}"])
        found |= {f"{label}.{k}": v for k, v in row.items() if not isinstance(v, str)}
    return found

"""Rerun the whole pipeline in a scratch copy and compare with what is committed, file by file.

    make verify
    make verify-all

The copy is a clone of the last commit with an empty DVC cache, so nothing can be reused;
``verify-all`` also runs the pipelines of studies/, which takes hours. Every file must come out byte
for byte on x86-64 processors with AVX2, and data on every machine. Other processors round
otherwise, and there figures may differ by up to the tolerances below. Leaves certificate.json:
what was verified, on what, and a verdict for every file.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from denoise.io.metric_files import write_json
from tools.machine import computes_alike, describe_machine
from tools.stage_deps import PIPELINES

SCRATCH = Path(".verify")
CERTIFICATE = Path("certificate.json")
# How far another kind of processor may move a figure, and the ends of its interval, in its own
# unit. Legibility and shares of readings also move with the classifier, which is trained there too.
TOLERANCES = {"psnr": 0.5, "ssim": 0.03, "legibility": 0.05, "read_as": 0.05, "accuracy": 0.005}
TOLERANCE = 0.01  # of cross-entropies, squared errors and all else
DATA = "data/"  # outputs below it are not committed
SAME = "same bytes"


def main(everything: bool) -> None:
    """Run, compare, print a verdict per file, and exit with 1 when one differs."""
    copy = clone_head()
    # The copy must find MNIST where this checkout does, below data/ too.
    found = {"MNIST_DIR": str(Path("data", "mnist").resolve())}
    environment = {**found, **os.environ, "DENOISE_PYTHON": sys.executable}
    dvc = Path(sys.executable).with_name("dvc")
    which = ["--all-pipelines"] if everything else []
    subprocess.run([dvc, "repro", "--force", *which], cwd=copy, env=environment, check=True)
    verdicts = {}
    for pipeline in PIPELINES if everything else PIPELINES[:1]:
        verdicts |= compare(Path(), copy, Path(pipeline).parent)
    width = max(len(name) for name in verdicts)
    for name, verdict in verdicts.items():
        print(f"{name:{width}}  {verdict}")
    write_json(certificate(verdicts), CERTIFICATE)
    if not computes_alike():
        print(
            "This is no x86-64 processor with AVX2: what is trained or measured is not expected"
            " to have the same bytes, and was compared within tolerances."
        )
    failed = [name for name, verdict in verdicts.items() if verdict.startswith("DIFFERS")]
    if failed:
        sys.exit(f"{len(failed)} of {len(verdicts)} files differ; the copy is kept in {SCRATCH}")
    same = sum(verdict == SAME for verdict in verdicts.values())
    print(f"All {len(verdicts)} files reproduced, {same} of them to the byte: {CERTIFICATE}")
    shutil.rmtree(SCRATCH)


def clone_head() -> Path:
    """Clone the last commit, beside ``../shared`` as this one is where there is one."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    copy = SCRATCH / "denoise"
    subprocess.run(["git", "clone", "--quiet", ".", copy], check=True)
    shared = Path("..", "shared").resolve()
    if shared.exists():
        (SCRATCH / "shared").symlink_to(shared)
    return copy


def certificate(verdicts: dict[str, str]) -> dict:
    """Return what certificate.json holds: the commit, the machine, and every verdict."""
    head = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(head, capture_output=True, text=True, check=True).stdout.strip()
    return {"commit": commit, "machine": describe_machine(), "files": verdicts}


def compare(committed: Path, rerun: Path, folder: Path = Path()) -> dict[str, str]:
    """Give a verdict for every file that the dvc.lock of a folder speaks of, in its order.

    Data is never committed: a folder of it has one verdict, by the hash that the lock has of it.
    """
    verdicts = {}
    locks = [YAML(typ="safe").load(root / folder / "dvc.lock") for root in (committed, rerun)]
    for stage, entry in locks[0]["stages"].items():
        again = {out["path"]: out for out in locks[1]["stages"][stage].get("outs", [])}
        for out in entry.get("outs", []):
            path = out["path"]
            if path.startswith(DATA):
                same = out["md5"] == again[path]["md5"]
                differs = "DIFFERS: data must be the same bytes on every machine"
                verdicts[path] = SAME if same else differs
            else:
                for name in files_below(path, committed, rerun):
                    verdicts[name] = compare_files(committed / name, rerun / name)
    return verdicts


def files_below(path: str, *roots: Path) -> list[str]:
    """Return a path itself, or where it is a folder in any of the roots, the files in it."""
    inside = {
        file.relative_to(root).as_posix()
        for root in roots
        for file in (root / path).rglob("*")
        if file.is_file()
    }
    return sorted(inside) or [path]


def compare_files(committed: Path, rerun: Path) -> str:
    """Give the verdict on one file."""
    if not (committed.exists() and rerun.exists()):
        return f"DIFFERS: only the {'committed' if committed.exists() else 'new'} results have it"
    if committed.read_bytes() == rerun.read_bytes():
        return SAME
    verdict = compare_content(committed, rerun)
    if computes_alike() and not verdict.startswith("DIFFERS"):
        return f"DIFFERS: {verdict}"
    return verdict


def compare_content(committed: Path, rerun: Path) -> str:
    """Give the verdict on two files whose bytes differ, by their numbers."""
    if committed.suffix not in {".json", ".csv"}:
        return "other bytes, as its numbers"  # a picture or a model; the metrics classifier it
    worst, excess = "", 0.0
    first, second = numbers(committed), numbers(rerun)
    if first.keys() != second.keys():
        return "DIFFERS: it holds other entries"
    for name, value in first.items():
        share = abs(value - second[name]) / tolerance(name)
        if np.isnan(share) or share > excess:
            worst, excess = f"{name} {value:g} became {second[name]:g}", share
    if not worst:
        return "other bytes, the same numbers"
    return f"within tolerance ({worst})" if excess <= 1 else f"DIFFERS: {worst}"


def tolerance(name: str) -> float:
    """How far the number of that name may move; an interval's ends as far as their figure."""
    last = name.rsplit(".", 1)[-1]
    kind = "read_as" if last.startswith("read_as") else last.removesuffix("_low")
    return TOLERANCES.get(kind.removesuffix("_high"), TOLERANCE)


def numbers(path: Path) -> dict[str, float]:
    """Every number in a metrics file, by name; rows of a table are told apart by their words.

    Counts of readings become shares of the images of their row.
    """
    if path.suffix == ".json":
        flat = pd.json_normalize(json.loads(path.read_text())).iloc[0]
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


if __name__ == "__main__":
    main("--all" in sys.argv[1:])

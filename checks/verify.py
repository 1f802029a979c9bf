"""Rerun the whole pipeline in a scratch copy and compare with what is committed, file by file.

    make verify

The copy is a clone of the last commit with an empty DVC cache, so nothing can be reused. Data
must come out byte for byte on every machine. What is trained or measured does so on the machine
the committed results come from; elsewhere another processor rounds otherwise, and metrics may
differ by up to the tolerances below.
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

SCRATCH = Path(".verify")
# How far training on other hardware may move a metric, in the metric's own unit.
TOLERANCES = {"psnr": 0.5, "ssim": 0.03, "legibility": 0.03, "accuracy": 0.005}
TOLERANCE = 0.01  # of cross-entropies, squared errors and all else
DATA = "data/"


def main() -> None:
    """Run, compare, print a verdict per file, and exit with 1 when one differs."""
    copy = clone_head()
    # The copy must find MNIST where this checkout does, below data/ too.
    found = {"MNIST_DIR": str(Path("data", "mnist").resolve())}
    environment = {**found, **os.environ, "DENOISE_PYTHON": sys.executable}
    dvc = Path(sys.executable).with_name("dvc")
    subprocess.run([dvc, "repro", "--force"], cwd=copy, env=environment, check=True)
    verdicts = compare(Path(), copy)
    width = max(len(name) for name in verdicts)
    for name, verdict in verdicts.items():
        print(f"{name:{width}}  {verdict}")
    failed = [name for name, verdict in verdicts.items() if verdict.startswith("DIFFERS")]
    if failed:
        sys.exit(f"{len(failed)} of {len(verdicts)} files differ; the copy is kept in {SCRATCH}")
    print(f"All {len(verdicts)} files reproduced.")
    shutil.rmtree(SCRATCH)


def clone_head() -> Path:
    """A clone of the last commit, beside ``../shared`` as this one is where there is one."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    copy = SCRATCH / "denoise"
    subprocess.run(["git", "clone", "--quiet", ".", copy], check=True)
    shared = Path("..", "shared").resolve()
    if shared.exists():
        (SCRATCH / "shared").symlink_to(shared)
    return copy


def compare(committed: Path, rerun: Path) -> dict[str, str]:
    """A verdict for every output that dvc.lock names, in its order."""
    verdicts = {}
    locks = [YAML(typ="safe").load(folder / "dvc.lock") for folder in (committed, rerun)]
    for stage, entry in locks[0]["stages"].items():
        again = {out["path"]: out for out in locks[1]["stages"][stage].get("outs", [])}
        for out in entry.get("outs", []):
            path = out["path"]
            if out["md5"] == again[path]["md5"]:
                verdicts[path] = "same bytes"
            elif path.startswith(DATA):
                verdicts[path] = "DIFFERS: data must be the same bytes on every machine"
            else:
                verdicts[path] = compare_files(committed / path, rerun / path)
    return verdicts


def compare_files(committed: Path, rerun: Path) -> str:
    """The verdict on two files, or two folders, whose bytes differ."""
    if committed.suffix not in {".json", ".csv"}:
        return "other bytes, as its numbers"  # a picture or a model; the metrics judge it
    worst, excess = "", 0.0
    first, second = numbers(committed), numbers(rerun)
    if first.keys() != second.keys():
        return "DIFFERS: it holds other entries"
    for name, value in first.items():
        tolerance = TOLERANCES.get(name.rsplit(".", 1)[-1], TOLERANCE)
        share = abs(value - second[name]) / tolerance
        if np.isnan(share) or share > excess:
            worst, excess = f"{name} {value:g} became {second[name]:g}", share
    if not worst:
        return "other bytes, the same numbers"
    return f"within tolerance ({worst})" if excess <= 1 else f"DIFFERS: {worst}"


def numbers(path: Path) -> dict[str, float]:
    """Every number in a metrics file, by name; rows of a table are told apart by their words."""
    if path.suffix == ".json":
        flat = pd.json_normalize(json.loads(path.read_text())).iloc[0]
        return {name: float(value) for name, value in flat.items()}
    found = {}
    for number, row in enumerate(pd.read_csv(path).to_dict("records"), start=1):
        words = [value for value in row.values() if isinstance(value, str)]
        label = " ".join(words) or f"row {number}"
        found |= {f"{label}.{k}": v for k, v in row.items() if not isinstance(v, str)}
    return found


if __name__ == "__main__":
    main()

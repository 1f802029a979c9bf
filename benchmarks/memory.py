"""The peak memory of every stage, on the data and models that are there.

    make bench

The commands are those of dvc.yaml, writing into a scratch folder. Both trainings are cut to one
epoch, which needs as much as many.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from ruamel.yaml import YAML

from benchmarks.machine import describe
from denoise.reporting.result_tables import to_markdown
from tools.command_line import run

LEVEL = "3-medium"  # stands for all in stages that have an instance a level


def main() -> None:
    """Run each stage once and print what it needed at most."""
    yaml = YAML()
    parameters = yaml.load(Path("params.yaml"))
    parameters["recipes"][parameters["train"]["recipe"]]["epochs"] = 1
    parameters["classifier"]["epochs"] = 1
    print(describe("tensorflow", "keras", "numpy"))
    peaks = {}
    with tempfile.TemporaryDirectory(dir="data") as scratch:
        yaml.dump(parameters, Path(scratch) / "params.yaml")
        for stage, entry in yaml.load(Path("dvc.yaml"))["stages"].items():
            command = commanded(entry.get("do", entry), scratch)
            peaks[stage] = f"{peak_megabytes(command):.0f} MB"
    print(to_markdown(pd.DataFrame({"stage": peaks.keys(), "peak memory": peaks.values()})))


def commanded(entry: dict, scratch: str) -> list[str]:
    """Return a stage's command as dvc.yaml has it, but with what it writes below ``scratch``."""
    written = {"checkpoints/train"}
    for out in (*entry.get("outs", []), *entry.get("metrics", [])):
        written |= {out} if isinstance(out, str) else set(out)
    words = [
        f"{scratch}/{word}" if word in written else word
        for word in entry["cmd"].removeprefix("exec ").split()
    ]
    command = [word.replace("${key}", LEVEL) for word in words]
    return [*command, "--params", f"{scratch}/params.yaml"]


def peak_megabytes(command: list[str]) -> float:
    """Return the largest resident set of a command, which must succeed."""
    # Of all children so far, so it is asked in a process that has this one child.
    program = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *command],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return int(result.stdout) / 1000


if __name__ == "__main__":
    run(main)

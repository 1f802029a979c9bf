"""The peak memory of every stage, on the data and models that are there.

    make bench

Both trainings are cut to one epoch, which needs as much as many.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.machine import describe

COMMANDS = {
    "prepare": "--clean {scratch}/clean",
    "generate": "--clean data/clean --noisy {scratch}/noisy",
    "train": "--clean data/clean --noisy data/noisy --model {scratch}/model"
    " --curve {scratch}/loss.csv --metrics {scratch}/train.json --checkpoints {scratch}/kept",
    "judge": "--clean data/clean --model {scratch}/judge --metrics {scratch}/judge.json",
    "baseline": "--level 3-medium --clean data/clean --judge models/judge"
    " --table {scratch}/baseline.csv",
    "evaluate": "--level 3-medium --clean data/clean --model models/denoiser"
    " --judge models/judge --metrics {scratch}/level.json --table {scratch}/level.csv",
    "unseen": "--clean data/clean --model models/denoiser --judge models/judge"
    " --table {scratch}/unseen.csv --chart {scratch}/unseen.png --digits {scratch}/digits.png",
    "readings": "--clean data/clean --model models/denoiser --judge models/judge"
    " --table {scratch}/confusion.csv --confusions {scratch}/confusion.png"
    " --extremes {scratch}/extremes.png --others {scratch}/others.png",
    "code": "--clean data/clean --model models/denoiser --judge models/judge"
    " --metrics {scratch}/code.json --reading {scratch}/reading.csv"
    " --compression {scratch}/sizes.csv --units {scratch}/units.png --sizes {scratch}/sizes.png",
    "report": "--clean data/clean --model models/denoiser --curve metrics/loss.csv"
    " --levels metrics/levels --baselines metrics/baselines --table {scratch}/results.csv"
    " --summary {scratch}/results.md --figures {scratch}/figures",
}


def main() -> None:
    """Run each stage once, writing into a scratch folder, and print what it needed at most."""
    yaml = YAML()
    parameters = yaml.load(Path("params.yaml"))
    parameters["recipes"][parameters["train"]["recipe"]]["epochs"] = 1
    parameters["judge"]["epochs"] = 1
    print(describe("tensorflow", "keras", "numpy"))
    print("| stage | peak memory |")
    print("| --- | ---: |")
    with tempfile.TemporaryDirectory(dir="data") as scratch:
        yaml.dump(parameters, Path(scratch) / "params.yaml")
        for stage, options in COMMANDS.items():
            options = options.format(scratch=scratch).split()
            command = ["stages/run", stage, "--params", f"{scratch}/params.yaml", *options]
            print(f"| {stage} | {peak_megabytes(command):.0f} MB |", flush=True)


def peak_megabytes(command: list[str]) -> float:
    """The largest resident set of a command, which must succeed."""
    # Of all children so far, so it is asked in a process that has this one child.
    program = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, *command], stdout=subprocess.PIPE, text=True, check=True
    )
    return int(result.stdout) / 1000


if __name__ == "__main__":
    main()

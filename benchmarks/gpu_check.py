"""All that is claimed of training on a GPU, checked by one command on a machine that has one.

    make gpu-check
    .venv/bin/python -m benchmarks.gpu_check --library jax --long networks/unet
    .venv/bin/python -m benchmarks.gpu_check --dry-run

With TensorFlow and with JAX, or one of them: runs the tests of training, measures an epoch
(`benchmarks.gpu`), trains the pipeline's model, and once more killed and resumed, and compares the
bytes. With JAX it then trains models that take hours on a CPU, the article's 500 epochs among them.
Losses are to be the committed ones, within what `make verify` allows another kind of processor.
Models and curves stay in data/gpu, a table is printed, and the program ends with 1 when a check
failed.

With ``--dry-run``, a few images and two epochs, which a CPU can do too, show that every training
can be started; the tests are not run, nothing is measured and no loss compared.
"""

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from benchmarks.machine import AS_TRAINING
from tools.verdict import TOLERANCE

OUT = Path("data/gpu")
LIBRARIES = ["tensorflow", "jax"]
NAMES = ("backend", "checkpoints", "pair_trainer", "training")
TESTS = ("tests/benchmarks/test_gpu.py", *(f"tests/denoise/test_{name}.py" for name in NAMES))
LONG = ("networks/article", "networks/long", "networks/unet")  # of studies/params.yaml
FEW, EPOCHS = 120, 2  # clean images to train on and to test with, of a dry run
# Tests start trainings of their own: their process is to leave memory of the GPU to these.
SHARED = ("TF_FORCE_GPU_ALLOW_GROWTH=true", "XLA_PYTHON_CLIENT_PREALLOCATE=false")
PLAIN = {"name": "sgd", "momentum": 0.9, "nesterov": False}  # its optimizer, quickly compiled


class Checks:
    """What has been checked: rows of the table that is printed, and what failed."""

    def __init__(self) -> None:
        self.rows: list[dict] = []
        self.failed: list[str] = []

    def note(self, claim: str, holds: bool) -> None:
        """Print whether a claim holds."""
        print(f"{'yes' if holds else 'NO'}: {claim}", flush=True)
        if not holds:
            self.failed.append(claim)

    def run(self, claim: str, *command: object) -> bool:
        """Run a command, which a claim says succeeds; return whether it did."""
        succeeds = subprocess.run(command, env=with_this_python()).returncode == 0
        self.note(claim, succeeds)
        return succeeds

    def curve(self, training: str, seconds: float, path: Path, committed: Path, dry: bool) -> None:
        """Add the last losses of a training, which are to be near the committed ones."""
        last, expected = read_last(path), read_last(committed)
        self.rows.append({"training": training, "seconds": round(seconds, 1), **last})
        if not dry:
            near = all(abs(last[name] - expected[name]) <= TOLERANCE for name in last)
            self.note(f"{training}: the losses are within {TOLERANCE} of the committed ones", near)


def main(dry: bool, libraries: list[str], long: list[str]) -> None:
    """Check everything, print the table, and exit with 1 when something failed."""
    shutil.rmtree(OUT, ignore_errors=True)
    clean = cut_clean() if dry else Path("data/clean")
    checks = Checks()
    for library in libraries:
        if not dry:
            tests = ["pytest", "--quiet", "--numprocesses=0", *TESTS]
            checks.run(
                f"{library}: the tests of training pass", *python_with(library, *SHARED), *tests
            )
            measure = [*python_with(library), "benchmarks.gpu", library]
            checks.run(f"{library}: an epoch is measured", *measure)
        check_pipeline(checks, library, clean, dry)
    for name in long:
        check_long(checks, name, clean, dry)
    print(pd.DataFrame(checks.rows).to_markdown(index=False))
    if checks.failed:
        sys.exit(f"benchmarks.gpu_check: not so: {'; '.join(checks.failed)}")


def python_with(library: str, *variables: str) -> list[str]:
    """Return how a module is started as a stage that trains, Keras running on a library."""
    return [*AS_TRAINING, "env", f"KERAS_BACKEND={library}", *variables, sys.executable, "-m"]


def check_pipeline(checks: Checks, library: str, clean: Path, dry: bool) -> None:
    """Train the pipeline's model in one go, and killed and resumed, and compare the bytes."""
    folder = OUT / library
    given = ["--params", write_parameters(folder, library, dry), "--clean", clean]
    given += ["--noisy", folder / "noisy"]
    subprocess.run(["stages/run", "generate", *given], env=with_this_python(), check=True)

    def command(out: Path) -> list:
        outputs = ["--model", out / "model", "--curve", out / "loss.csv"]
        outputs += ["--metrics", out / "train.json", "--checkpoints", out / "checkpoints"]
        return ["stages/run", "train", *given, *outputs]

    whole, resumed = folder / "whole", folder / "resumed"
    start = time.perf_counter()
    if not checks.run(f"{library}: the pipeline's model is trained", *command(whole)):
        return
    seconds = time.perf_counter() - start
    checks.curve(f"pipeline, {library}", seconds, whole / "loss.csv", Path("metrics/loss.csv"), dry)
    kill_after_an_epoch(command(resumed), resumed / "checkpoints")
    if checks.run(f"{library}: when killed, training goes on", *command(resumed)):
        same = bytes_of(whole) == bytes_of(resumed)
        checks.note(f"{library}: killed and resumed, or in one go, the bytes are the same", same)


def check_long(checks: Checks, name: str, clean: Path, dry: bool) -> None:
    """Train a model of the studies with JAX, with the first of its seeds."""
    folder = OUT / name
    write_parameters(folder, "jax", dry)
    path = folder / "studies" / "params.yaml"
    path.parent.mkdir()
    yaml = YAML()
    studies = yaml.load(Path("studies/params.yaml"))
    seed = studies["trainings"][name]["seeds"][0]
    studies["trainings"][name]["seeds"] = [seed]
    yaml.dump(studies, path)
    curve = folder / "loss.csv"
    given = ["--params", path, "--name", name, "--clean", clean, "--noisy", folder / "noisy"]
    outputs = ["--model", folder / "model", "--curve", curve, "--checkpoints", folder / "kept"]
    start = time.perf_counter()
    if checks.run(f"jax: {name} is trained", "stages/run", "train_variant", *given, *outputs):
        committed = Path("studies", "losses", f"{name}.csv")
        checks.curve(f"{name}, jax", time.perf_counter() - start, curve, committed, dry)


def kill_after_an_epoch(command: list, checkpoints: Path) -> None:
    """Start a train stage, and kill it when it has written a checkpoint."""
    process = subprocess.Popen(command, env=with_this_python())
    while process.poll() is None and not any(checkpoints.glob("*/epoch-*.checkpoint")):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()


def write_parameters(folder: Path, library: str, dry: bool) -> Path:
    """Write the committed parameters into a folder, for a library; those of a dry run are less."""
    yaml = YAML()
    parameters = yaml.load(Path("params.yaml"))
    parameters["train"]["backend"] = library
    if dry:
        for recipe in parameters["recipes"].values():
            recipe |= {"epochs": EPOCHS, "optimizer": PLAIN}
    folder.mkdir(parents=True)
    yaml.dump(parameters, folder / "params.yaml")
    return folder / "params.yaml"


def cut_clean() -> Path:
    """Leave a folder with the first of the clean images, for a dry run."""
    folder = OUT / "clean"
    folder.mkdir(parents=True)
    for path in Path("data/clean").glob("*.npy"):
        np.save(folder / path.name, np.load(path, mmap_mode="r")[:FEW])
    return folder


def read_last(curve: Path) -> dict[str, float]:
    """Return the losses after the last epoch of the first seed in a curve's table."""
    table = pd.read_csv(curve)
    if "seed" in table:
        table = table[table["seed"] == table["seed"].iloc[0]].drop(columns="seed")
    return table.drop(columns="epoch").iloc[-1].to_dict()


def bytes_of(out: Path) -> dict[str, str]:
    """Return the digests of the model and the curve that a training left."""
    files = [*(out / "model").iterdir(), out / "loss.csv"]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def with_this_python() -> dict[str, str]:
    """Return the environment in which stages/run takes this Python."""
    return {**os.environ, "DENOISE_PYTHON": sys.executable}


if __name__ == "__main__":
    summary = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser("python -m benchmarks.gpu_check", description=summary)
    parser.add_argument("--dry-run", action="store_true", help="on a few images")
    parser.add_argument("--library", choices=LIBRARIES, help="one alone; without it both")
    parser.add_argument(
        "--long",
        nargs="*",
        default=LONG,
        choices=LONG,
        metavar="NAME",
        help=f"trained with JAX: none, some or all of {', '.join(LONG)}",
    )
    arguments = parser.parse_args()
    libraries = [arguments.library] if arguments.library else LIBRARIES
    main(arguments.dry_run, libraries, arguments.long if "jax" in libraries else [])

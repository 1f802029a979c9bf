"""All that is claimed of training on a GPU, checked by one command on a machine that has one.

    make gpu-check
    .venv/bin/python -m benchmarks.gpu_check --dry-run

Runs the tests of training with JAX; measures an epoch (`benchmarks.gpu`); trains twice, and once
more killed and resumed, and compares the bytes; and trains the recipes that take hours on a CPU,
the article's 500 epochs among them. Models and curves stay in data/gpu, the table is printed. With
``--dry-run``, a hundredth of the data and two epochs, which a CPU can do too, show that every
command works.
"""

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

OUT = Path("data/gpu")
TESTS = [f"tests/denoise/test_{name}.py" for name in ("training", "pair_trainer", "checkpoints")]
# Of the pipeline's model unless it is a model of a study, with its own noise.
RECIPES = {"quick": None, "article": None, "long": "networks.long", "unet": "networks.unet"}
SHARE, EPOCHS = 100, 2  # of a dry run


def main(dry: bool) -> None:
    """Do everything and print the table; the first failure ends it with what failed."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    jax = {**os.environ, "KERAS_BACKEND": "jax"}
    tests = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=0", *TESTS]
    subprocess.run([*AS_TRAINING, *tests], env=jax, check=True)
    if not dry:
        subprocess.run([sys.executable, "-m", "benchmarks.gpu"], check=True)
    clean = cut_clean() if dry else Path("data/clean")
    rows = []
    for recipe, variant in RECIPES.items():
        parameters = write_parameters(recipe, dry)
        noisy = OUT / f"noisy-{recipe}"
        which = ["--variant", variant] if variant else []
        shared = ["--params", parameters, *which, "--clean", clean]
        subprocess.run(
            ["stages/run", "generate", *shared, "--noisy", noisy], env=python(), check=True
        )
        command = ["stages/run", "train", *shared, "--noisy", noisy]
        rows.append({"recipe": recipe, **train(command, OUT / recipe)})
        if recipe == "quick":
            twice = train(command, OUT / "again")["model"]
            resumed = train(command, OUT / "killed", kill=True)["model"]
            print(f"Two runs, the same bytes: {twice == rows[0]['model']}")
            print(f"Killed and resumed, the same bytes: {resumed == rows[0]['model']}")
    print(pd.DataFrame(rows).to_markdown(index=False))


def train(command: list, out: Path, kill: bool = False) -> dict:
    """Run a train stage into a folder; its seconds, last losses and the MD5 of its model.

    With ``kill``, it is killed after its first checkpoint and started once more.
    """
    outputs = ["--model", out / "model", "--curve", out / "loss.csv"]
    command = [*command, *outputs, "--metrics", out / "train.json", "--checkpoints", out / "kept"]
    out.mkdir()
    start = time.perf_counter()
    process = subprocess.Popen(command, env=python())
    if kill:
        while process.poll() is None and not any((out / "kept").glob("*/*.checkpoint")):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = subprocess.Popen(command, env=python())
    if process.wait():
        sys.exit(f"benchmarks.gpu_check: {command[1]} into {out} ended with {process.returncode}")
    seconds = time.perf_counter() - start
    last = pd.read_csv(out / "loss.csv").iloc[-1]
    digest = hashlib.md5((out / "model" / "model.keras").read_bytes()).hexdigest()
    return {"seconds": round(seconds, 1), **last.to_dict(), "model": digest}


def write_parameters(recipe: str, dry: bool) -> Path:
    """Write the committed parameters, but for JAX and a recipe."""
    yaml = YAML()
    parameters = yaml.load(Path("params.yaml"))
    parameters["train"] |= {"backend": "jax", "recipe": recipe}
    if dry:
        for each in parameters["recipes"].values():
            each["epochs"] = EPOCHS
    path = OUT / f"{recipe}.yaml"
    yaml.dump(parameters, path)
    return path


def cut_clean() -> Path:
    """Leave a folder with the first hundredth of the clean images, for a dry run."""
    folder = OUT / "clean"
    folder.mkdir()
    for path in Path("data/clean").glob("*.npy"):
        images = np.load(path, mmap_mode="r")
        np.save(folder / path.name, images[: len(images) // SHARE])
    return folder


def python() -> dict[str, str]:
    """Return the environment in which stages/run takes this Python."""
    return {**os.environ, "DENOISE_PYTHON": sys.executable}


if __name__ == "__main__":
    main("--dry-run" in sys.argv[1:])

"""What an update asks of a GPU, and what that makes of an epoch on paper; no GPU is needed.

    make gpu && .venv/bin/python -m benchmarks.gpu_paper

TensorFlow's operations are those of the graph it runs, one after another; JAX' launches are those
of the program that XLA compiles for an H100. Nothing here is measured but the last row.
"""

import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.machine import AS_TRAINING, describe
from denoise.backends.backend import select_backend
from denoise.io.parameters.pipeline import Parameters, read_parameters
from denoise.reporting.result_tables import to_markdown
from tools.command_line import run

NETWORKS = {"quick": "autoencoder", "article": "autoencoder", "unet": "unet"}  # by recipe
SAMPLES = 240_000  # of an epoch
# Float32 operations and bytes of memory a second: of NVIDIA's data sheets of the H100 SXM and the
# H200 SXM, without tensor cores, which compute no float32.
CARDS = {"H100": (67e12, 3.35e12), "H200": (67e12, 4.8e12)}
TURNS, ROUNDS = 20, 5  # of a block of single images, on this machine


def main() -> None:
    """Print the table."""
    found = {library: ask(library) for library in ("tensorflow", "jax")}
    columns = {recipe: rows(recipe, found) for recipe in NETWORKS}
    print(describe("tensorflow", "jax", "keras"))
    table = pd.DataFrame(columns)
    names = {recipe: f"{network}, recipe {recipe}" for recipe, network in NETWORKS.items()}
    print(to_markdown(table.rename(columns=names).reset_index(names="on paper")))


def ask(library: str) -> dict:
    """Return what a process with this library counts, by recipe."""
    command = [*AS_TRAINING, sys.executable, "-m", "benchmarks.gpu_paper", "count", library]
    result = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return json.loads(result.stdout.splitlines()[-1])


def rows(recipe: str, found: dict) -> dict[str, str]:
    """Return a column of the table."""
    tensorflow, jax = (found[library][recipe] for library in ("tensorflow", "jax"))
    updates = math.ceil(SAMPLES / jax["batch"])
    cells = {
        "samples in a batch": f"{jax['batch']}",
        "updates in an epoch of 240,000 samples": f"{updates:,}",
        "TensorFlow: operations run in an update": f"{tensorflow['operations']:,}",
        "TensorFlow: of these launched on the GPU": f"{tensorflow['launches']:,}",
        "JAX: launches in an update": f"{sum(jax['launches'].values()):,}",
        "JAX: of these calls of cuDNN": f"{jax['launches']['cuDNN']:,}",
        "JAX: of these calls of cuBLAS": f"{jax['launches'].get('cuBLAS', 0):,}",
        "JAX: of these copies": f"{jax['launches'].get('copy', 0):,}",
        "JAX: sorts in the program": f"{jax['sorts']:,}",
        "arithmetic of an update": f"{jax['arithmetic'] / 1e9:.2f} GFLOP",
        "memory traffic of an update, JAX": f"{jax['moved'] / 1e6:.0f} MB",
    }
    for card, (arithmetic, memory) in CARDS.items():
        arithmetic_bound, memory_bound = jax["arithmetic"] / arithmetic, jax["moved"] / memory
        cells[f"{card}: an epoch by arithmetic alone"] = f"{updates * arithmetic_bound:.3f} s"
        cells[f"{card}: an epoch by memory traffic alone"] = f"{updates * memory_bound:.3f} s"
    cells["TensorFlow: an update of one image on this machine's CPU"] = (
        f"{tensorflow['seconds'] * 1e3:.1f} ms"
    )
    return cells


def recipes() -> Iterator[tuple[str, Parameters]]:
    """Yield the recipes of the table, with the pipeline's parameters that use them."""
    parameters = read_parameters(Path("params.yaml"))
    for recipe, network in NETWORKS.items():
        model = parameters.model.model_copy(update={"architecture": network})
        train = parameters.train.model_copy(update={"recipe": recipe})
        yield recipe, parameters.model_copy(update={"model": model, "train": train})


def count(library: str) -> None:
    """Print what one library asks of a GPU, by recipe, as JSON."""
    print(json.dumps({"tensorflow": count_with_tensorflow, "jax": count_with_jax}[library]()))


def count_with_tensorflow() -> dict:
    """Count the operations of a step, and time one that has little to compute."""
    select_backend("tensorflow")
    from benchmarks import gpu_step
    from benchmarks.gpu_kernels import launches, operations

    gpu_step.suppose_a_gpu()
    found = {}
    for recipe, parameters in recipes():
        single = parameters.recipe.model_copy(update={"batch_size": 1})
        trainer, block = gpu_step.trainer_and_block(parameters.model, single, TURNS)
        step = gpu_step.traced(trainer, block)
        graph = step.graph.as_graph_def()
        found[recipe] = {
            "operations": len(operations(graph)),
            "launches": launches(graph),
            "seconds": seconds_a_turn(step, block),
        }
    return found


def seconds_a_turn(step, block: list[np.ndarray]) -> float:
    """Return the seconds of an update in a block, the best of some rounds."""
    import tensorflow as tf

    block, times = [tf.constant(array) for array in block], []
    for _ in range(ROUNDS + 1):  # the first also prepares the graph
        start = time.perf_counter()
        step(*block)
        times.append(time.perf_counter() - start)
    return min(times[1:]) / TURNS


def count_with_jax() -> dict:
    """Count what a step launches, computes and moves."""
    select_backend("jax")
    from benchmarks.gpu_program import h100, launches_an_update
    from benchmarks.gpu_step import arithmetic, lowered, trainer_and_block

    device, found = h100(), {}
    for recipe, parameters in recipes():
        trainer, block = trainer_and_block(parameters.model, parameters.recipe, TURNS)
        batch = parameters.recipe.batch_size
        program = lowered(trainer, block, "cuda", device).compile().as_text()
        launches, moved = launches_an_update(program)
        found[recipe] = {
            "batch": batch,
            "launches": launches,
            "moved": moved,
            "sorts": program.count(" sort("),
            "arithmetic": arithmetic(trainer, [array[:batch] for array in block]),
        }
    return found


if __name__ == "__main__":
    run(main, count)

"""How time grows with copies, batch size and threads: a table, and docs/scaling.png.

    make bench

Each point is a process of its own; times are in units of the first point of its row.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd

from benchmarks.machine import AS_TRAINING, describe
from denoise.io.parameters.pipeline import read_parameters
from denoise.reporting.result_tables import to_markdown
from denoise.storage.arrays import read_array
from tools.command_line import run

FIGURE = Path("docs/scaling.png")
IMAGES = 6_000  # clean images behind every point of generate
SAMPLES = 9_600  # and samples behind every point of train
ROUNDS = 2


def main() -> None:
    """Measure every point, print the table and draw the figure."""
    threads = sorted({1, 2, os.cpu_count()})
    rows = {
        "generate, copies": ("generate", [1, 2, 4, 8, 16], {}),
        "generate, threads": ("generate", threads, {"copies": 8}),
        "train, batch size": ("train", [32, 64, 128, 256, 512], {}),
        "train, threads": ("train", threads, {"batch size": 128}),
    }
    print(describe("tensorflow", "keras", "numpy"))
    measured, table = {}, {}
    for row, (stage, points, fixed) in rows.items():
        name = row.split(", ")[1]
        results = [best(stage, fixed | {name: point}) for point in points]
        times = [seconds for seconds, _ in results]
        measured[row] = points, np.divide(times, times[0])
        if name == "copies":
            megabytes = [peak for _, peak in results]
            peaks = [f"{p}: {m:.0f} MB" for p, m in zip(points, megabytes, strict=True)]
            table[f"{row}, peak memory"] = ", ".join(peaks)
        table[row] = ", ".join(f"{p}: {r:.2f}" for p, r in zip(*measured[row], strict=True))
    first = f"time, best of {ROUNDS}, in units of the first"
    print(to_markdown(pd.DataFrame({first: table.keys(), "": table.values()}), words=2))
    draw(measured)


def best(stage: str, options: dict[str, int]) -> tuple[float, float]:
    """Seconds and peak megabytes of the quickest of some processes."""
    arguments = [f"{name}={value}" for name, value in options.items()]
    worker = [sys.executable, "-m", "benchmarks.scaling", "measure", stage, *arguments]
    command = [*AS_TRAINING, *worker] if stage == "train" else worker
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    outputs = [
        subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, encoding="utf-8", check=True
        )
        for _ in range(ROUNDS)
    ]
    return min(tuple(map(float, output.stdout.split())) for output in outputs)


def measure(stage: str, *arguments: str) -> None:
    """Print the seconds and the peak megabytes of this process."""
    settings = {name: int(value) for name, value in (a.split("=") for a in arguments)}
    seconds = {"generate": generate, "train": train}[stage](settings)
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def generate(options: dict[str, int]) -> float:
    """Seconds to write a noisy set."""
    from denoise.corruption.noisy_set import write_noisy_set

    noise = read_parameters(Path("params.yaml")).noise
    images = np.array(read_array(Path("data/clean"), "train_images")[:IMAGES])
    with tempfile.TemporaryDirectory(dir="data") as folder:
        start = time.perf_counter()
        write_noisy_set(
            Path(folder) / "noisy",
            images,
            options["copies"],
            noise.blur,
            noise.amplitude,
            noise.kind,
            seed=0,
            threads=options.get("threads"),
            block=1024,
        )
        return time.perf_counter() - start


def train(options: dict[str, int]) -> float:
    """Seconds of an epoch, the first, which compiles, not counted."""
    from denoise.backends.backend import binary_crossentropy, select_backend

    select_backend("tensorflow")
    import keras
    import tensorflow

    from denoise.networks.autoencoder import build_autoencoder
    from denoise.training.block_plan import BlockPlan
    from denoise.training.pair_blocks import PairBlocks
    from denoise.training.pair_trainer import PairTrainer
    from denoise.training.pairs import Pairs

    tensorflow.config.threading.set_inter_op_parallelism_threads(options.get("threads", 0))
    noisy = np.array(read_array(Path("data/noisy"), "images")[:SAMPLES])
    clean = np.array(read_array(Path("data/clean"), "train_images")[:SAMPLES])
    batch, resident = options["batch size"], Pairs(noisy, clean)
    trainer = PairTrainer(build_autoencoder(), batch, resident)
    trainer.compile(keras.optimizers.Adam(0.01), binary_crossentropy())
    blocks = PairBlocks(resident, BlockPlan(batch, SAMPLES // batch // 3), seed=1)
    trainer.fit(blocks, epochs=1, verbose=0)
    start = time.perf_counter()
    trainer.fit(blocks, epochs=1, verbose=0)
    return time.perf_counter() - start


def draw(measured: dict[str, tuple[list[int], np.ndarray]]) -> None:
    """One panel a row, time against what is varied, both axes logarithmic."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(measured), figsize=(12, 3), layout="constrained")
    for panel, (row, (points, ratios)) in zip(panels, measured.items(), strict=True):
        stage, name = row.split(", ")
        panel.plot(points, ratios, "o-", color="black")
        panel.set_xscale("log", base=2)
        panel.set_yscale("log", base=2)
        panel.set_xticks(points, labels=points)
        panel.set_ylim(min(0.25, ratios.min() / 1.2), max(4, ratios.max() * 1.2))
        panel.yaxis.set_major_formatter("{x:g}")
        panel.set(title=stage, xlabel=name, ylabel=f"time (1: with {name} {points[0]})")
        panel.grid(alpha=0.3)
    FIGURE.parent.mkdir(exist_ok=True)
    figure.savefig(FIGURE, dpi=100, metadata={"Software": None})


if __name__ == "__main__":
    run(main, measure)

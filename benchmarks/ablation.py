"""What each of the means that make training fast on a CPU gives: the train stage without it.

    make bench

Every form is the train stage but for one thing, in a process of its own, in turns; the first
epoch, which compiles, is not timed.
"""

import os
import statistics
import subprocess
import sys

import pandas as pd

from benchmarks.epoch import ours
from benchmarks.machine import describe
from benchmarks.ratios import ratios
from denoise.reporting.result_tables import to_markdown

STAGE = ". stages/environment; . stages/buffers;"
# The shell's part of a form, and how many parts of a batch, if fused layers, are the worker's.
FORMS = {
    "the train stage": (STAGE, "4", "fused"),
    "plain layers": (STAGE, "4", "plain"),
    "a batch in 1 part": (STAGE, "1", "fused"),
    "a batch in 2 parts": (STAGE, "2", "fused"),
    "a batch in 8 parts": (STAGE, "8", "fused"),
    "buffers given back": (". stages/environment;", "4", "fused"),
    "oneDNN off": (f"{STAGE} export TF_ENABLE_ONEDNN_OPTS=0;", "4", "fused"),
    "all instructions of this processor": (f"{STAGE} unset ONEDNN_MAX_CPU_ISA;", "4", "fused"),
}
ROUNDS = 3


def main() -> None:
    """Time all forms in turns and print how many times longer than the train stage each takes."""
    times = {name: [] for name in FORMS}
    for _ in range(ROUNDS):
        for name in FORMS:
            times[name].append(seconds_an_epoch(name))
    print(describe("tensorflow", "keras"))
    found = [ratios(times[name], times["the train stage"]) for name in FORMS]
    first = f"an epoch, in units of the train stage's; median and range of {ROUNDS} rounds"
    print(to_markdown(pd.DataFrame({first: list(FORMS), "ratio": found})))


def seconds_an_epoch(name: str) -> float:
    """Return the median epoch of a process that trains in this form."""
    shell, *settings = FORMS[name]
    worker = [sys.executable, "-m", "benchmarks.ablation", *settings]
    command = ["sh", "-c", f'{shell} exec "$0" "$@"', *worker]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return statistics.median(map(float, result.stdout.split()))


def measure(parts: str, layers: str) -> None:
    """Train in this process, with so many parts of a batch, on fused or plain layers."""
    from denoise.backends.backend import select_backend

    select_backend("tensorflow")
    import keras

    from denoise.backends import micro_batches
    from denoise.training import trainer

    micro_batches.PARTS = int(parts)
    if layers == "plain":
        trainer.quickest_form = lambda model: keras.Model(model.inputs, model.outputs)
    ours()


if __name__ == "__main__":
    measure(*sys.argv[1:]) if len(sys.argv) > 1 else main()

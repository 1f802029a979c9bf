"""What each of the means that make training fast on a CPU gives: the train stage without it.

    make bench

Every form is the train stage but for one thing, in a process of its own, in turns; the first
epoch, which compiles, is not timed.
"""

import statistics
import subprocess
import sys

import pandas as pd

from benchmarks.epoch import ours
from benchmarks.machine import AS_TRAINING, describe
from benchmarks.ratios import ratios
from denoise.reporting.result_tables import to_markdown
from tools.command_line import run

WITHOUT_ONEDNN = (*AS_TRAINING, "env", "TF_ENABLE_ONEDNN_OPTS=0")
ALL_INSTRUCTIONS = (*AS_TRAINING, "env", "-u", "ONEDNN_MAX_CPU_ISA")
# What starts a form, and for the worker, how many parts of a batch, and if layers are fused.
FORMS = {
    "the train stage": (AS_TRAINING, "4", "fused"),
    "plain layers": (AS_TRAINING, "4", "plain"),
    "a batch in 1 part, all threads inside operations": (AS_TRAINING, "1", "fused"),
    "a batch in 2 parts": (AS_TRAINING, "2", "fused"),
    "a batch in 8 parts": (AS_TRAINING, "8", "fused"),
    "oneDNN off": (WITHOUT_ONEDNN, "4", "fused"),
    "all instructions of this processor": (ALL_INSTRUCTIONS, "4", "fused"),
}
ROUNDS = 7


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
    start, *settings = FORMS[name]
    command = [*start, sys.executable, "-m", "benchmarks.ablation", "measure", *settings]
    result = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return statistics.median(map(float, result.stdout.split()))


def measure(parts: str, layers: str) -> None:
    """Train in this process, with so many parts of a batch, on fused or plain layers."""
    from denoise.backends.backend import select_backend

    select_backend("tensorflow")
    import keras
    import tensorflow

    from denoise.backends import micro_batches
    from denoise.training import trainer

    micro_batches.PARTS = int(parts)
    if parts == "1":  # the threads that would share the parts
        tensorflow.config.threading.set_intra_op_parallelism_threads(0)
    if layers == "plain":
        trainer.optimized_for_device = lambda model: keras.Model(model.inputs, model.outputs)
    ours()


if __name__ == "__main__":
    run(main, measure)

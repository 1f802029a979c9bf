"""What a figure was measured on, and how a process is started as a stage that trains."""

import os
import platform
from importlib.metadata import version

from tools.machine import instruction_sets, processor

# Put before a command, it runs in the environment that stages/run gives the train stage.
AS_TRAINING = ("stages/environment",)


def describe(*packages: str) -> str:
    """Processor, widest instructions, cores and versions, in one line."""
    wide = "with AVX-512" if "avx512f" in instruction_sets() else "without AVX-512"
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    name = f"{processor()} {wide}, {os.cpu_count()} cores"
    return f"{name}, Python {platform.python_version()}, {versions}"

"""What a figure was measured on, and how a process is started as a stage that trains."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

# Put before a command, it runs in the environment that stages/run gives the train stage.
AS_TRAINING = ("sh", "-c", '. stages/environment; exec "$0" "$@"')


def describe(*packages: str) -> str:
    """Processor, cores and versions in one line, such as ``AMD EPYC, 2 cores, Python 3.11.7``."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [line for line in information.read_text().splitlines() if "model name" in line]
        processor = names[0].split(":")[1].strip() if names else processor
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"

"""What results are computed on: processor, system and libraries, in the words of a certificate."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("keras", "numpy", "onnxruntime", "scikit-image", "scikit-learn", "scipy", "tensorflow")
WANTED = ("sse4_1", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_vnni", "avx512_bf16")


def describe_machine() -> dict:
    """Processor model and instruction sets, cores, system, and versions; no names, no times."""
    return {
        "processor": processor(),
        "architecture": platform.machine(),
        "instruction_sets": instruction_sets(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.libc_ver()[0]} {platform.libc_ver()[1]}".strip(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def processor() -> str:
    """Its model, such as ``AMD EPYC``."""
    return _information("model name") or platform.processor() or platform.machine()


def instruction_sets() -> list[str]:
    """Those of `WANTED` that an x86-64 processor has, by their names in Linux."""
    flags = _information("flags").split()
    return [name for name in WANTED if name in flags]


def computes_alike() -> bool:
    """Whether this is a processor on which the stages leave the same bytes as on any other."""
    return platform.machine() == "x86_64" and "avx2" in instruction_sets()


def _information(key: str) -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    values = [
        line.partition(":")[2].strip() for line in lines if line.partition(":")[0].strip() == key
    ]
    return values[0] if values else ""

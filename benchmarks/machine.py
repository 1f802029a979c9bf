"""What a figure was measured on, and how a process is started as a stage that trains."""

from importlib.metadata import version

from tools.machine import describe_machine

# Put before a command, it runs in the environment that stages/run gives the train stage.
AS_TRAINING = ("stages/environment",)


def describe(*packages: str) -> str:
    """Processor, widest instructions, cores and versions, in one line."""
    machine = describe_machine()
    wide = "with AVX-512" if "avx512f" in machine["instruction_sets"] else "without AVX-512"
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    name = f"{machine['processor']} {wide}, {machine['cores']} cores"
    return f"{name}, Python {machine['python']}, {versions}"

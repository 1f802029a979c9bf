"""``python -m denoise``: see `denoise.inference.cli`."""

import os
import sys
from pathlib import Path

ENVIRONMENT = Path(__file__).parents[1] / "stages" / "environment"
CLOSED = "DENOISE_CLOSED"  # which it sets
STDERR = 2

if __name__ == "__main__":
    if os.name == "posix" and CLOSED not in os.environ:
        # What a machine has set changes no image: go on in the environment of the stages.
        program = [sys.executable, "-m", "denoise", *sys.argv[1:]]
        os.execv("/bin/sh", ["sh", str(ENVIRONMENT), *program])
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= STDERR:
        pass  # streams that were closed: no other file may get their numbers
    os.close(descriptor)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # what is printed goes nowhere
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    try:
        from denoise.inference.cli import main
    except ModuleNotFoundError as error:  # this Python is not that of `make setup`
        program = ".venv/bin/python -m denoise"
        sys.exit(f"denoise: {error.name} is not installed: run `make setup`, then {program}")
    try:
        code = main()
        sys.stdout.flush()  # here, where an error can be told
        sys.exit(code)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:  # of the terminal or pipe it prints to: those of files are told
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what waits goes nowhere
        sys.exit(f"denoise: cannot print what was done: {error.strerror}")

"""How every stage starts: its command line, its parameters, and errors told in a sentence."""

import argparse
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from denoise.io.errors import InputError
from denoise.io.matplotlib_log import silence_matplotlib
from denoise.io.parameters.pipeline import read_parameters
from denoise.io.paths import path_argument


def run_stage(
    stage: Callable[..., None],
    read: Callable[[Path], Any] = read_parameters,
    params: Path = Path("params.yaml"),
) -> None:
    """Call ``stage(parameters, ...)`` with what the command line gives.

    Every further argument of ``stage`` is an option of its own name and type, such as
    ``--clean data/clean`` for ``clean: Path``. A mistake of the user's, or a disk that refuses,
    ends the program with one line on the terminal and exit code 1; Ctrl-C with 130, as shells
    expect.

    Parameters
    ----------
    stage : Callable[..., None]
        The stage.
    read : Callable[[Path], Any]
        Reads and checks the file of parameters.
    params : Path
        That file, unless ``--params`` names another.
    """
    silence_matplotlib()  # Keras, which a stage imports later, imports it
    program = f"stages/run {stage.__name__}"
    parser = argparse.ArgumentParser(prog=program, description=sys.modules["__main__"].__doc__)
    parser.add_argument("--params", type=path_argument, default=params, metavar="FILE")
    _, *options = inspect.signature(stage).parameters.values()
    for option in options:
        kind = path_argument if option.annotation is Path else option.annotation
        parser.add_argument(f"--{option.name}", type=kind, required=True)
    arguments = vars(parser.parse_args())
    try:
        stage(read(arguments.pop("params")), **arguments)
    except InputError as error:
        sys.exit(f"{program}: {error}")
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        sys.exit(
            f"{program}: {where}{error.strerror or error}. Nothing half-written is left:"
            " make room or give permission, then run it again"
        )
    except KeyboardInterrupt:
        sys.exit(130)

"""How every stage starts: its command line, its parameters, and errors told in a sentence."""

import argparse
import inspect
import sys
from collections.abc import Callable
from pathlib import Path

from denoise.io.errors import InputError
from denoise.io.parameters import read_parameters


def run_stage(stage: Callable[..., None]) -> None:
    """Call ``stage(parameters, ...)`` with what the command line gives.

    Every further argument of ``stage`` is an option of its own name and type, such as
    ``--clean data/clean`` for ``clean: Path``. With ``--variant STUDY.NAME`` the parameters
    are those of a model of a study. A mistake of the user's, or a disk that refuses, ends the
    program with one line on the terminal and exit code 1; Ctrl-C with 130, as shells expect.
    """
    program = f"stages/run {stage.__name__}"
    parser = argparse.ArgumentParser(prog=program, description=sys.modules["__main__"].__doc__)
    parser.add_argument("--params", type=Path, default=Path("params.yaml"), metavar="FILE")
    parser.add_argument("--variant", metavar="STUDY.NAME", help="as FILE says below studies")
    _, *options = inspect.signature(stage).parameters.values()
    for option in options:
        parser.add_argument(f"--{option.name}", type=option.annotation, required=True)
    arguments = vars(parser.parse_args())
    path, variant = arguments.pop("params"), arguments.pop("variant")
    try:
        parameters = read_parameters(path)
        stage(parameters.variant(variant) if variant else parameters, **arguments)
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

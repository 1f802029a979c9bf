"""The command line of a program that takes no options: it explains itself, and refuses all else."""

import argparse
import sys
from collections.abc import Callable


def run(main: Callable[[], None], *workers: Callable[..., None]) -> None:
    """Run ``main`` of the program that was started, or the worker that its arguments name.

    Parameters
    ----------
    main : Callable
        What a user runs.
    workers : Callable
        What the program starts in processes of its own: ``python -m PROGRAM NAME ARGUMENT ...``.
        They are called with strings, and ``--help`` does not name them.
    """
    program = sys.modules["__main__"]
    parser = argparse.ArgumentParser(
        prog=f"python -m {program.__spec__.name.removesuffix('.__main__')}",
        description=program.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if not workers:
        parser.parse_args()
        return main()
    by_name = {worker.__name__: worker for worker in workers}
    parser.add_argument("worker", nargs="?", choices=by_name, help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    return by_name[given.worker](*given.arguments) if given.worker else main()

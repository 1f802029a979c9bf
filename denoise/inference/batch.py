"""Running over the files that a command line names: where one fails, the others are done."""

from collections.abc import Callable, Sequence
from pathlib import Path

from denoise.inference.advice import Advice
from denoise.inference.contact_sheets import Sheets
from denoise.inference.outcome import Outcome
from denoise.inference.result_lines import print_failure, print_result, print_sheets
from denoise.io.errors import InputError


def denoise_files(
    files: Sequence[tuple[Path, Path]],
    denoise: Callable[[Path, Path], Outcome],
    advice: Advice,
    as_json: bool,
) -> int:
    """Denoise file after file, print a result of each, and return how many failed.

    Parameters
    ----------
    files : Sequence of (Path, Path)
        What is read, and what is written.
    denoise : Callable
        A `denoise.inference.files.FileDenoiser`.
    advice : Advice
        What is known of the models.
    as_json : bool
        Print lines of JSON.
    """
    failed = 0
    for source, target in files:
        try:
            outcome = denoise(source, target)
        except (InputError, OSError) as error:
            failed += 1
            print_failure(_sentence(error, source), as_json, source)
        else:
            print_result(source, outcome, advice, as_json)
    return failed


def finish_sheets(sheets: Sheets, as_json: bool) -> int:
    """Write the last sheet, print the names of all, and return how many failed, 0 or 1."""
    failed = 0
    try:
        sheets.finish()
    except (InputError, OSError) as error:
        failed = 1
        print_failure(_sentence(error), as_json)
    print_sheets(sheets.written)
    return failed


def _sentence(error: InputError | OSError, source: Path | None = None) -> str:
    if isinstance(error, InputError):
        return f"{source}: {error}" if source else str(error)
    return f"{error.filename or source}: {error.strerror or error}"

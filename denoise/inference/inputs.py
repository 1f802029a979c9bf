"""Which files a command line names, and what their outputs are to be called."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from denoise.datasets import folders, pictures
from denoise.inference import array_files
from denoise.io.errors import InputError

SUFFIXES = pictures.SUFFIXES | array_files.SUFFIXES


@dataclass
class Inputs:
    """What was found.

    ``files`` holds each file once, with the name of its output below the output's folder. What
    cannot be read is among ``failures``, with a sentence, and ``notes`` are lines about what was
    left out.
    """

    files: list[tuple[Path, Path]] = field(default_factory=list)
    failures: list[tuple[Path, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_inputs(given: Sequence[Path], output: Path) -> Inputs:
    """Find every file to denoise.

    A folder stands for all pictures and arrays in it and below it, see
    `denoise.datasets.folders.find_files`, but not for those in the output's folder. Pictures become
    PNG, as they lose nothing there.
    """
    found, seen = Inputs(), set()
    for path in given:
        try:
            named = _in_folder(path, output, found.notes) if path.is_dir() else [_one_file(path)]
        except InputError as error:
            found.failures.append((path, str(error)))
        except OSError as error:
            found.failures.append((path, f"{error.filename or path}: {error.strerror}"))
        else:
            for source, name in named:
                item = (source.parent.resolve() / source.name, name)
                if item not in seen:
                    seen.add(item)
                    found.files.append((source, name))
    return found


def _in_folder(folder: Path, output: Path, notes: list[str]) -> list[tuple[Path, Path]]:
    within = output.resolve()
    if within == folder.resolve():
        raise InputError(f"{folder} is where the output goes as well: name another folder with -o")
    files, left_out = folders.find_files(folder, SUFFIXES, without=output)
    if left_out:
        notes.append(folders.tell_left_out(folder, left_out))
    if output.is_dir() and folder.resolve() in within.parents:
        notes.append(f"{folder}: what lies in {output} is left out, as the output goes there")
    if not files:
        raise InputError(f"{folder} holds no {_listed()} files")
    return [(path, _output_name(path.relative_to(folder))) for path in files]


def _one_file(path: Path) -> tuple[Path, Path]:
    if not path.exists():
        raise InputError(f"{path} does not exist")
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} is none of the kinds read: {_listed()}")
    if not path.is_file():
        raise InputError(f"{path} is a device or a pipe, and no file")
    return path, _output_name(Path(path.name))


def _output_name(name: Path) -> Path:
    return name if name.suffix.lower() in array_files.SUFFIXES else name.with_suffix(".png")


def _listed() -> str:
    return ", ".join(sorted(SUFFIXES))

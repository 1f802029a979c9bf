"""Which files of a folder are data: those of known suffixes, in it and in all folders below."""

from collections.abc import Container
from pathlib import Path

# Where a Mac's archives, a network drive and Windows keep what is no file of the user's.
FOREIGN = frozenset({"__MACOSX", "@eaDir", "$RECYCLE.BIN"})


def find_files(
    folder: Path, suffixes: Container[str], without: Path | None = None
) -> tuple[list[Path], int]:
    """Return the files of a folder and how many entries were left out.

    Links to folders are followed, but for those that lead back to a folder on the way to them. A
    link that leads nowhere is returned like a file, so that whoever opens it tells what is missing.

    Parameters
    ----------
    folder : Path
        Where to begin.
    suffixes : Container of str
        Of names to return, such as ``.png``, in lower case; those of files may be in any.
    without : Path or None
        A folder to leave out without counting it, or None.

    Returns
    -------
    files : list of Path
        In the order of their names.
    left_out : int
        How many files and folders are hidden, of other suffixes, no regular files, or such links.

    Raises
    ------
    OSError
        When a folder cannot be read.
    """
    files, left_out = [], 0
    excluded = None if without is None else without.resolve()
    waiting: list[tuple[Path, frozenset[Path]]] = [(folder, frozenset())]
    while waiting:
        current, above = waiting.pop()
        above |= {current.resolve()}
        for path in current.iterdir():
            if is_hidden(path):
                left_out += 1
            elif path.is_dir() and path.resolve() not in above:
                if path.resolve() != excluded:
                    waiting.append((path, above))
            elif path.suffix.lower() in suffixes and (path.is_file() or not path.exists()):
                files.append(path)
            else:
                left_out += 1
    return sorted(files), left_out


def is_hidden(path: Path) -> bool:
    """Whether a file or folder is one of a program's own, which its user did not mean."""
    return path.name.startswith(".") or path.name in FOREIGN


def tell_left_out(folder: Path, left_out: int) -> str:
    """Return the line about entries that were left out."""
    entries = "entry is" if left_out == 1 else "entries are"
    return (
        f"{folder}: {left_out} {entries} left out: hidden, of no kind that is read, or links in a"
        " circle"
    )

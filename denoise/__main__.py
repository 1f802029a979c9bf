"""Denoise images of your own with a trained model.

Takes PNG, JPEG, TIFF and BMP pictures, .npy and .npz arrays, and folders of them. Images of
28x28 pixels are taken as they are, others are scaled to that as a whole, or with --fit the digit
in them is. Pictures come out as PNG, arrays in the kind they came in.
"""

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

from denoise import array_files, pictures
from denoise.errors import InputError
from denoise.onnx_model import OnnxModel
from denoise.own_files import FileDenoiser, Outcome, find_files
from denoise.own_images import DEFAULT, ROOT, load_model
from denoise.sheets import Sheets

JUDGE = ROOT / "models" / "judge" / "model.onnx"


def main() -> int:
    """Denoise what the command line names; 0 when all went well, 1 when a file did not."""
    arguments = parse()
    try:
        model = load_model(arguments.model)
        as_file = names_a_file(arguments)
    except InputError as error:
        sys.exit(f"denoise: {error}")
    folder = arguments.output.parent if as_file else arguments.output
    sheets = Sheets(folder, arguments.force) if arguments.compare else None
    judge = OnnxModel(JUDGE) if JUDGE.exists() else None
    found = list(find_files(arguments.inputs))
    progress = tqdm(total=count_pictures(found), unit=" images", disable=None, leave=False)
    run = FileDenoiser(model, judge, arguments.fit, arguments.invert, sheets, progress)
    failed, used = 0, set()
    for item in found:
        if isinstance(item, InputError):
            failed += 1
            report_failure(str(item), arguments.json)
            continue
        source, name = item
        target = arguments.output if as_file else folder / name
        try:
            refuse_to_overwrite(target, arguments.force, used)
            outcome = run(source, target)
        except InputError as error:
            failed += 1
            report_failure(f"{source}: {error}", arguments.json)
        except OSError as error:
            failed += 1
            report_failure(f"{error.filename or source}: {error.strerror}", arguments.json)
        else:
            used.add(target)
            tqdm.write(describe(source, target, outcome, arguments.json), file=sys.stdout)
    progress.close()
    if sheets:
        try:
            sheets.finish()
        except (InputError, OSError) as error:
            failed += 1
            report_failure(str(error), arguments.json)
        for path in sheets.written:
            tqdm.write(f"before and after: {path}", file=sys.stderr)
    return 1 if failed else 0


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m denoise",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("inputs", nargs="+", type=Path, metavar="INPUT", help="a picture, an array, or a folder")
    add("-o", "--output", type=Path, required=True, help="a folder; or a file, for one input file")
    add("--model", default=DEFAULT, help="a committed model's name, or a path (default: denoiser)")
    add("--fit", action="store_true", help="cut out the digit, and place it as MNIST does")
    add("--invert", action="store_true", help="for dark ink on bright paper")
    add("--compare", action="store_true", help="also write before-and-after sheets")
    add("--json", action="store_true", help="print a line of JSON with measurements for every file")
    add("--force", action="store_true", help="overwrite outputs that are there")
    return parser.parse_args()


def names_a_file(arguments: argparse.Namespace) -> bool:
    """Whether the output is a file's name, by its suffix; InputError where it cannot be one."""
    suffix = arguments.output.suffix.lower()
    for kind in (pictures.SUFFIXES, array_files.SUFFIXES):
        if suffix in kind and not arguments.output.is_dir():
            if len(arguments.inputs) > 1 or arguments.inputs[0].is_dir():
                raise InputError(f"{arguments.output} is one file: name a folder for several")
            given = arguments.inputs[0].suffix.lower()
            if given not in kind or (given != suffix and kind is array_files.SUFFIXES):
                raise InputError(f"{arguments.output} cannot hold what {given} files do")
            return True
    return False


def count_pictures(found: list[tuple[Path, Path] | InputError]) -> int:
    """How many images there are, but for those in arrays."""
    sources = [item[0] for item in found if not isinstance(item, InputError)]
    return sum(source.suffix.lower() in pictures.SUFFIXES for source in sources)


def refuse_to_overwrite(target: Path, force: bool, used: set[Path]) -> None:
    """InputError where a file is there that may not be replaced, or was just written."""
    if target in used:
        raise InputError(f"{target} has just been written from another input of that name")
    if target.exists() and not force:
        raise InputError(f"{target} exists: --force overwrites it")


def describe(source: Path, target: Path, outcome: Outcome, as_json: bool) -> str:
    """A line about a file that went well."""
    if as_json:
        figures = {"input": str(source), "output": str(target), "images": outcome.images}
        figures |= {"done": outcome.done, "rms_change": round(outcome.change, 6)}
        return json.dumps(figures | {"readings": outcome.readings})
    line = f"{source} -> {target}"
    if outcome.images != 1:
        return f"{line}: {', '.join([f'{outcome.images:,} images', *outcome.done])}"
    read = [f"read as {digit}" for digit in outcome.readings]
    return f"{line}: {', '.join([*outcome.done, *read])}"


def report_failure(message: str, as_json: bool) -> None:
    """A line about a file that did not."""
    if as_json:
        tqdm.write(json.dumps({"error": message}), file=sys.stdout)
    tqdm.write(f"denoise: {message}", file=sys.stderr)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

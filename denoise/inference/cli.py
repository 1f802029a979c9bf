"""The command ``python -m denoise``, step by step."""

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from denoise.datasets import pictures
from denoise.inference.advice import Advice, read_advice
from denoise.inference.arguments import parse_arguments
from denoise.inference.batch import denoise_files, finish_sheets
from denoise.inference.contact_sheets import Sheets
from denoise.inference.files import FileDenoiser
from denoise.inference.image_denoiser import ImageDenoiser
from denoise.inference.inputs import find_inputs
from denoise.inference.model_choice import AUTO, choose_model
from denoise.inference.outputs import Outputs, is_file_name
from denoise.inference.reading import digit_reader
from denoise.inference.result_lines import print_failure, print_note, printable
from denoise.io.errors import InputError


def main() -> int:
    """Denoise what the command line names; 0 when all went well, 1 when a file did not."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a terminal may not know all letters
    arguments = parse_arguments()
    try:
        return run(arguments)
    except InputError as error:  # that concerns all files
        sys.exit(f"denoise: {printable(str(error))}")


def run(arguments: argparse.Namespace) -> int:
    """Choose the model, find the files, denoise each, and return the exit code."""
    advice = read_advice()
    choice = choose_model(arguments, advice)
    if choice.size is None and choice.name not in (AUTO, *advice.trained_on, *advice.as_it_came):
        advice = Advice()  # what is known is of models of other images
    reader = digit_reader(choice.size, arguments.min_confidence)

    as_file = is_file_name(arguments.output, arguments.inputs)
    found = find_inputs(arguments.inputs, arguments.output)
    for note in found.notes:
        print_note(note)
    for source, failure in found.failures:
        print_failure(failure, arguments.json, source)

    folder = arguments.output.parent if as_file else arguments.output
    outputs = Outputs((source for source, _ in found.files), arguments.force)
    sheets = Sheets(folder, outputs) if arguments.compare else None
    files = [
        (source, arguments.output if as_file else folder / name) for source, name in found.files
    ]
    failed = len(found.failures)
    with tqdm(total=count_pictures(files), unit=" images", disable=None, leave=False) as progress:
        images = ImageDenoiser(
            choice,
            reader,
            sheets,
            progress,
            fit=arguments.fit,
            invert=arguments.invert,
            uncertainty=arguments.uncertainty,
        )
        failed += denoise_files(files, FileDenoiser(images, outputs), advice, arguments.json)
    if sheets:
        failed += finish_sheets(sheets, arguments.json)
    return 1 if failed else 0


def count_pictures(files: list[tuple[Path, Path]]) -> int:
    """How many images there are, but for those in arrays."""
    return sum(source.suffix.lower() in pictures.SUFFIXES for source, _ in files)

"""Denoise images of your own with a trained model.

Takes PNG, JPEG, TIFF and BMP pictures, .npy and .npz arrays, and folders of them. Images of the
size that the model was trained on, 28x28 pixels for MNIST, are taken as they are, others are
scaled to that as a whole, or with --fit the digit in them is. Pictures come out as PNG, arrays in
the kind they came in.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import numpy as np
from pydantic import ValidationError
from tqdm import tqdm

from denoise.datasets import pictures
from denoise.inference import array_files
from denoise.inference.advice import Advice, read_advice
from denoise.inference.api import DEFAULT, ROOT, load_model
from denoise.inference.contact_sheets import Sheets
from denoise.inference.denoiser import Model, Size, input_size
from denoise.inference.files import FileDenoiser, Outcome, find_files
from denoise.inference.noise_report import estimate_noise
from denoise.io.errors import InputError
from denoise.io.parameters import Kind, Level, in_words
from denoise.onnx_model import OnnxModel

AUTO = "auto"
CLASSIFIER = ROOT / "models" / "classifier" / "model.onnx"


def main() -> int:
    """Denoise what the command line names; 0 when all went well, 1 when a file did not."""
    arguments = parse()
    try:
        advice = read_advice()
        size, choose = model_chooser(arguments, advice)
        as_file = names_a_file(arguments)
    except InputError as error:
        sys.exit(f"denoise: {error}")
    folder = arguments.output.parent if as_file else arguments.output
    sheets = Sheets(folder, arguments.force) if arguments.compare else None
    reads = CLASSIFIER.exists() and input_size(CLASSIFIER) == size
    classifier = OnnxModel(CLASSIFIER) if reads else None
    found = list(find_files(arguments.inputs))
    progress = tqdm(total=count_pictures(found), unit=" images", disable=None, leave=False)
    run = FileDenoiser(size, choose, classifier, arguments.fit, arguments.invert, sheets, progress)
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
            tqdm.write(describe(source, target, outcome, advice, arguments.json), file=sys.stdout)
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
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m denoise",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("inputs", nargs="+", type=Path, metavar="INPUT", help="a picture, an array, or a folder")
    add("-o", "--output", type=Path, required=True, help="a folder; or a file, for one input file")
    add(
        "--model",
        default=DEFAULT,
        help="a committed model's name, a path, or auto: by the noise (default: denoiser)",
    )
    add(
        "--known-noise",
        nargs=2,
        type=float,
        metavar=("BLUR", "AMPLITUDE"),
        help="instead of a model, the best linear filter for this blur, pixels, and this noise",
    )
    add(
        "--kind",
        choices=get_args(Kind),
        default="uniform",
        help="of the known noise (default: uniform)",
    )
    add("--fit", action="store_true", help="cut out the digit, and place it as MNIST does")
    add("--invert", action="store_true", help="for dark ink on bright paper")
    add("--compare", action="store_true", help="also write before-and-after sheets")
    add("--json", action="store_true", help="print a line of JSON with measurements for every file")
    add("--force", action="store_true", help="overwrite outputs that are there")
    return parser.parse_args()


def model_chooser(
    arguments: argparse.Namespace, advice: Advice
) -> tuple[Size, Callable[[np.ndarray], tuple[str, Model]]]:
    """Return the size of the images, and what names and gives the model for some of them.

    InputError where there is no such model, or noise cannot be as the command line says.
    """
    if arguments.known_noise is not None:
        linear = linear_filter(arguments)
        return linear.size, lambda images: ("linear", linear)
    if arguments.model != AUTO:
        model = load_model(arguments.model)
        return model.size, lambda images: (arguments.model, model)
    if not advice.measured:
        raise InputError("--model auto needs what `make repro` measures: name a model")
    loaded = {DEFAULT: load_model(DEFAULT)}

    def by_noise(images: np.ndarray) -> tuple[str, Model]:
        name = advice.best_for(estimate_noise(images))
        if name not in loaded:
            loaded[name] = load_model(name)
        return name, loaded[name]

    return loaded[DEFAULT].size, by_noise  # all that are advised learned from the same images


def linear_filter(arguments: argparse.Namespace) -> Model:
    """Return the best linear filter for the noise that the command line tells."""
    try:
        from denoise.inference.known_noise import KnownNoise  # SciPy is not in light.txt
    except ModuleNotFoundError as error:
        raise InputError(f"--known-noise needs {error.name}: install requirements.txt") from None
    blur, amplitude = arguments.known_noise
    content = {"blur": blur, "amplitude": amplitude, "kind": arguments.kind}
    try:
        level = Level.model_validate(content)
    except ValidationError as error:
        raise InputError(f"--known-noise: {in_words(error, content)}") from None
    return KnownNoise(ROOT / "data" / "clean" / "train_images.npy", level)


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


def describe(source: Path, target: Path, outcome: Outcome, advice: Advice, as_json: bool) -> str:
    """Return a line about a file that went well, and another about its noise."""
    noise = outcome.noise
    best = advice.best_for(noise.noise_std)
    span = advice.trained_on.get(outcome.model)
    inside = span and span[0] <= noise.noise_std <= span[1]
    if as_json:
        figures = {"input": str(source), "output": str(target), "images": outcome.images}
        figures |= {"model": outcome.model, "done": outcome.done}
        figures |= {"rms_change": round(outcome.change, 6), "noise_std": round(noise.noise_std, 4)}
        figures |= {"trained_on": inside, "suggested_model": best}
        figures |= {"residual_correlation": round(noise.correlation, 4)}
        return json.dumps(figures | {"readings": outcome.readings})
    if outcome.images == 1:
        said = [*outcome.done, *(f"read as {digit}" for digit in outcome.readings)]
    else:
        said = [f"{outcome.images:,} images", *outcome.done]
    told = [f"noise of about {noise.noise_std:.2f} in standard deviation"]
    if span:
        kind = "as" if inside else "which is not what"
        told.append(f"{kind} {outcome.model} was trained on ({span[0]:.2f} to {span[1]:.2f})")
    if best not in (None, outcome.model):
        told.append(f"for which {best} did best here")
    left = (
        "passes for noise" if noise.like_noise else "is not noise alone: blur, or changed strokes"
    )
    told.append(f"what was taken away {left}")
    return f"{source} -> {target}: {', '.join(said)}\n  {', '.join(told)}"


def report_failure(message: str, as_json: bool) -> None:
    """Print a line about a file that did not go well."""
    if as_json:
        tqdm.write(json.dumps({"error": message}), file=sys.stdout)
    tqdm.write(f"denoise: {message}", file=sys.stderr)

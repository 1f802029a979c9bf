"""Denoise images of your own with a trained model.

Takes PNG, JPEG, TIFF and BMP pictures, .npy and .npz arrays, and folders of them. Images of the
size that the model was trained on, 28x28 pixels for MNIST, are taken as they are, others are
scaled to that as a whole, or with --fit the digit in them is. A model that was trained on patches
of pictures denoises pictures of any size at their own resolution. Pictures come out as PNG, one for
each page, arrays in the kind they came in.
"""

import argparse
import math
from typing import get_args

from denoise.inference.api import DEFAULT, committed_models
from denoise.io.parameters.noise import Kind
from denoise.io.paths import path_argument


def parse_arguments() -> argparse.Namespace:
    """Parse the command line of `denoise.inference.cli`."""
    parser = argparse.ArgumentParser(
        prog="python -m denoise",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "inputs",
        nargs="+",
        type=path_argument,
        metavar="INPUT",
        help="a picture, an array, or a folder",
    )
    add(
        "-o",
        "--output",
        type=path_argument,
        required=True,
        help="a folder; or a file, for one input file",
    )
    _add_options_of_models(parser)
    add("--fit", action="store_true", help="cut out the digit, and place it as MNIST does")
    add("--invert", action="store_true", help="for dark ink on bright paper")
    add("--compare", action="store_true", help="also write before-and-after sheets")
    add("--json", action="store_true", help="print a line of JSON with measurements for every file")
    add("--force", action="store_true", help="overwrite outputs that are there")
    return parser.parse_args()


def _add_options_of_models(parser: argparse.ArgumentParser) -> None:
    add, names = parser.add_argument, ", ".join(committed_models()) or "none here"
    add(
        "--model",
        help=f"the name of a committed model ({names}), a path, or auto: by the noise (default:"
        f" {DEFAULT}); with --known-noise, linear or mixture (default: linear)",
    )
    add(
        "--uncertainty",
        action="store_true",
        help="also write how far off each pixel may be, as NAME-uncertainty in grey values of"
        " 0 to 1, white in a picture: with --model ensemble",
    )
    add(
        "--min-confidence",
        type=probability,
        metavar="P",
        help="leave out readings less sure than this, 0 to 1 (default: as `make ensembles` chose)",
    )
    add(
        "--known-noise",
        nargs=2,
        type=float,
        metavar=("BLUR", "AMPLITUDE"),
        help="instead of a network, what is best for a blur of this standard deviation, pixels, and"
        " uniform noise from -AMPLITUDE to AMPLITUDE, grey values of 0 to 1: of all linear filters,"
        " or for a mixture of Gaussians, which is better in PSNR and takes up to a minute longer",
    )
    add(
        "--kind",
        choices=get_args(Kind),
        help="of the known noise (default: uniform); others have the standard deviation of uniform"
        " noise of that AMPLITUDE, but salt-and-pepper, where it is the share of pixels",
    )


def probability(given: str) -> float:
    """Return a number from 0 to 1, as argparse wants its types."""
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"it is {given!r}; it must be a number from 0 to 1")
    return value

"""Bringing arrays of images to what a model takes."""

from typing import NamedTuple

import numpy as np

from denoise.datasets.grey_values import as_grey
from denoise.inference.border import border
from denoise.inference.denoiser import Model, Size
from denoise.inference.framing import fit_digit, frame
from denoise.io.errors import InputError

BRIGHT = 0.6  # mean grey value of a border, above which it is paper, and not noise of any strength


def as_model_input(images: np.ndarray, model: Model, *, fit: bool, invert: bool) -> np.ndarray:
    """Return the grey values of images, of the model's size if it takes no tiles.

    Parameters
    ----------
    images : (height, width), (n, height, width) or (n, height, width, 1) array
        Of a type that `denoise.datasets.grey_values.check_array` takes.
    model : Model
    fit, invert : bool
        See `denoise.inference.api.denoise_images`.

    Returns
    -------
    (n, height, width) float32 array

    Raises
    ------
    InputError
        when images cannot be brought to that size, or the model has no digit to fit.
    """
    stack = images[np.newaxis] if images.ndim == 2 else images
    if model.tiles:
        check_no_fit(fit)
        grey = as_grey(stack)
        return 1 - grey if invert else grey
    check_not_flat(images.shape, model.size)
    return prepare(as_grey(stack), model.size, fit=fit, invert=invert).images


class Prepared(NamedTuple):
    """Images that a model takes.

    Parameters
    ----------
    images : (n, height, width) array
        Grey values.
    steps : list of str
        What was done to them, in words.
    more_digits : int or None
        How many of them seem to hold more digits than the one that was cut out; None where none
        was, or no page is large enough to tell.
    bright_backgrounds : int or None
        How many of them have a bright border, and so are no white digits on black. None where any
        background is taken.
    """

    images: np.ndarray
    steps: list[str]
    more_digits: int | None = None
    bright_backgrounds: int | None = None


def prepare(images: np.ndarray, size: Size, *, fit: bool, invert: bool, first: int = 0) -> Prepared:
    """Bring (n, height, width) grey values to a size.

    ``first`` is its number, for messages, where more came before.

    Raises
    ------
    InputError
        when there is no digit to fit, or images are so narrow that scaling would leave nothing.

    Examples
    --------
    >>> import numpy as np
    >>> prepared = prepare(np.zeros((1, 56, 40)), (28, 28), fit=False, invert=True)
    >>> prepared.images.shape
    (1, 28, 28)
    >>> prepared.steps
    ['inverted', 'scaled to 20x28, the rest black']
    """
    height, width = images.shape[1:]
    if not fit and max(height, width) > min(height, width) * max(size):
        raise InputError(
            f"its images of {width}x{height} pixels are too narrow to be scaled to"
            f" {size[1]}x{size[0]}: cut them"
        )
    done = ["inverted"] if invert else []
    if invert:
        images = 1 - images
    bright = count_bright_backgrounds(images)
    if images.shape[1:] == size and not fit:
        return Prepared(images, done, bright_backgrounds=bright)
    framed = []
    for number, image in enumerate(images, first):
        try:
            framed.append(fit_digit(image, size) if fit else frame(image, size))
        except InputError as error:
            which = f"image {number}, counted from 0: " if number or len(images) > 1 else ""
            hint = "it was inverted, for dark ink" if invert else "--invert is for dark ink"
            raise InputError(f"{which}{error} ({hint})") from None
    if not framed:
        return Prepared(np.empty((0, *size), np.float32), done, bright_backgrounds=bright)
    stack = np.stack([image.pixels for image in framed])
    looked_at = [image.more_digits for image in framed if fit and image.more_digits is not None]
    more_digits = sum(looked_at) if looked_at else None
    step = "each digit scaled and centred" if fit and len(framed) > 1 else framed[0].done
    return Prepared(stack, [*done, step], more_digits, bright)


def count_bright_backgrounds(images: np.ndarray) -> int:
    """Return how many of (n, height, width) images have a border that is mostly bright."""
    # Its mean, as strong noise moves the median of so few pixels further.
    return int((border(images).mean(axis=-1) > BRIGHT).sum())


def check_no_fit(fit: bool, option: str = "`fit`") -> None:
    """Refuse to fit a digit for a model that takes tiles, with an InputError.

    ``option`` is what the user calls ``fit``.
    """
    if fit:
        raise InputError(
            "this model denoises whole pictures at their own size, and cuts no digit out of them:"
            f" leave out {option}"
        )


def check_not_flat(shape: tuple[int, ...], size: Size) -> None:
    """Refuse rows of as many values as an image of that size has: each could be an image."""
    height, width = size
    if len(shape) == 2 and shape[1] == height * width:
        raise InputError(
            f"it has the shape {shape}: reshape it to {(shape[0], height, width)} if each row is an"
            f" image, or to {(1, *shape)} if all of it is one"
        )

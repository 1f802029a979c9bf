"""What the page asks for, checked: nothing of a request is believed before."""

import base64
import io
import json
import reprlib
from collections.abc import Collection
from typing import Any, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from denoise.datasets.pictures import read_picture
from denoise.inference.framing import MNIST, fit_digit
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Kind

STRONGEST = {"blur": 5.0, "amplitude": 3.0}  # beyond, there is nothing left to see
LARGEST_SEED = 2**53 - 1  # beyond, not all of a page's numbers are whole
CANVAS = "data:image/png;base64,"  # how what a canvas holds begins
LONGEST = 1000  # pixels: a side of a drawing


class DenoiseRequest(BaseModel):
    """One digit, what to do to it, and what with.

    ``number`` is that of a test digit; ``drawing``, where there is one, a picture as a data URL.
    """

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, extra="forbid")
    blur: float = Field(ge=0, le=STRONGEST["blur"])
    amplitude: float = Field(ge=0, le=STRONGEST["amplitude"])
    kind: Kind
    seed: int = Field(ge=0, le=LARGEST_SEED)
    model: str
    filter: str
    number: int | None = None
    drawing: str | None = None

    @field_validator("model", "filter", "number")
    @classmethod
    def _is_a_choice(cls, value: str | int | None, info: ValidationInfo) -> str | int | None:
        if value is not None and value not in info.context[info.field_name]:
            raise ValueError
        return value


KEYS = ", ".join(DenoiseRequest.model_fields)


def read_request(
    body: bytes, models: Collection[str], filters: Collection[str], digits: int
) -> DenoiseRequest:
    """Check the body of a request.

    Parameters
    ----------
    body : bytes
        JSON.
    models, filters : Collection[str]
        The names of those there are.
    digits : int
        How many test digits there are.

    Raises
    ------
    InputError
        When it is no JSON, or asks for what is not there.
    """
    try:
        content = json.loads(
            body.decode(), object_pairs_hook=_without_duplicates, parse_constant=_reject_constant
        )
    except RecursionError:
        raise InputError("the request is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"the request is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise InputError("the request holds no JSON object")
    choices = {"model": models, "filter": filters, "number": range(digits)}
    try:
        request = DenoiseRequest.model_validate(content, context=choices)
    except ValidationError as error:
        raise InputError(_sentence(error.errors()[0], choices)) from None
    if request.drawing is None and request.number is None:
        raise InputError(f"there is neither a number nor a drawing; {_allowed('number', choices)}")
    return request


def clean_digit(request: DenoiseRequest, test_images: np.ndarray) -> np.ndarray:
    """Return the drawn digit, placed as MNIST does, or else the test digit of that number.

    Returns
    -------
    (28, 28) uint8 array

    Raises
    ------
    InputError
        When the drawing is no picture, a large one, or one of no digit.
    """
    if request.drawing is None:
        return np.asarray(test_images[request.number])
    if not request.drawing.startswith(CANVAS):
        raise InputError(f"the drawing is no picture: it does not begin with {CANVAS!r}")
    try:
        content = base64.b64decode(request.drawing.removeprefix(CANVAS), validate=True)
        grey = read_picture(io.BytesIO(content), paper=0, most_pixels=LONGEST**2).grey
    except ValueError as error:
        raise InputError(f"the drawing is no picture: {error}") from None
    if max(grey.shape) > LONGEST:
        raise InputError(f"a drawing has at most {LONGEST}x{LONGEST} pixels")
    if not grey.any():
        return np.zeros(MNIST, np.uint8)
    return np.rint(fit_digit(grey).pixels.clip(0, 1) * 255).astype(np.uint8)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object of its pairs, which JSON allows to contradict each other."""
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"{_short(key)} stands there twice")
        content[key] = value
    return content


def _reject_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _sentence(problem: dict, choices: dict[str, Collection]) -> str:
    """Say which key is wrong, what was given, and what is allowed."""
    if not problem["loc"]:  # pydantic names no key that is no Unicode
        return f"a key of the request is no text; they are {KEYS}"
    name = problem["loc"][0]
    match problem["type"]:
        case "extra_forbidden":
            return f"{_short(name)} is no key of a request; they are {KEYS}"
        case "missing":
            return f"{name} is missing; {_allowed(name, choices)}"
    return f"{name} is {_short(problem['input'])}; {_allowed(name, choices)}"


def _allowed(name: str, choices: dict[str, Collection]) -> str:
    match name:
        case "blur" | "amplitude":
            return f"it must be a number from 0 to {STRONGEST[name]:g}"
        case "kind":
            return f"it must be one of {', '.join(get_args(Kind))}"
        case "seed":
            return f"it must be a whole number from 0 on, and at most {LARGEST_SEED}"
        case "number" if choices[name]:
            return f"the test digits are 0 to {len(choices[name]) - 1}"
        case "number":
            return "there are no test digits here: draw one, or run `make repro`"
        case "drawing":
            return "it must be a PNG picture as a data URL"
    return f"it must be one of {', '.join(choices[name])}"


def _short(given: object) -> str:
    return reprlib.repr(given)

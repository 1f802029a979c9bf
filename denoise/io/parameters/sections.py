"""What every part of a parameter file is made of: sections with known keys, numbers with ranges."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _in_order(bounds: list[float]) -> list[float]:
    if len(bounds) != 2 or bounds[0] > bounds[1]:
        raise ValueError(f"is {bounds}; it must be [low, high] with low <= high")
    return bounds


NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]  # what NumPy and Keras take alike
Fraction = Annotated[float, Field(ge=0, lt=1)]
Range = Annotated[list[NonNegative], AfterValidator(_in_order)]
# Names become parts of file names and of shell commands, and DVC reads a dot in one as a path.
NAME = "[A-Za-z0-9_][A-Za-z0-9_-]*"
Name = Annotated[str, Field(pattern=f"^{NAME}$")]


class Section(BaseModel):
    """A mapping whose keys are all known and whose values keep the type they are written in."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, extra="forbid")

"""studies/claims.yaml: what was expected of the results, as data."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from denoise.io.parameters.reading import read_checked
from denoise.io.parameters.sections import Section

CLAIMS = Path("studies/claims.yaml")
Figure = Literal["psnr", "ssim", "legibility", "bce"]


class Claim(Section):
    """What all claims have: the question that they answer."""

    question: str


class Comparison(Claim):
    """A method is better than others, or not worse, at each level; of several, than the best."""

    asks: Literal["better", "not worse"]
    method: str
    than: Annotated[list[str], Field(min_length=1)]
    figure: Figure
    levels: Annotated[list[str], Field(min_length=1)]


class Target(Claim):
    """A method reaches a value, at each level."""

    asks: Literal["reaches"]
    method: str
    figure: Figure
    levels: Annotated[dict[str, float], Field(min_length=1)]


class AgainstPublished(Claim):
    """A model is not worse than the published weights, in any figure at any level."""

    asks: Literal["not worse than published"]
    method: str


class Updates(Claim):
    """The pipeline's recipe takes fewer updates than another to the best that the other reaches."""

    asks: Literal["fewer updates"]
    than: str


class BestRecipe(Claim):
    """A recipe is the best of those that were tried, or not told apart from the best."""

    asks: Literal["best recipe"]
    candidate: str


AnyClaim = Annotated[
    Comparison | Target | AgainstPublished | Updates | BestRecipe, Field(discriminator="asks")
]


class Claims(Section):
    """All of studies/claims.yaml."""

    claims: Annotated[list[AnyClaim], Field(min_length=1)]


def read_claims(path: Path) -> list[AnyClaim]:
    """Read and check the claims.

    Raises
    ------
    InputError
        When the file is missing or no YAML, or says what cannot be.
    """
    return read_checked(path, Claims).claims

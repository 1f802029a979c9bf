"""params.yaml: the knobs of the pipeline."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN, Level, Noise
from denoise.io.parameters.reading import read_checked
from denoise.io.parameters.sections import Count, Name, Section, Seed
from denoise.io.parameters.training import Classifier, Model, Recipe, Train


class Prepare(Section):
    """Which data set, by its name in datasets.yaml."""

    dataset: str


class Baseline(Section):
    """How many images the classical denoisers are tuned on."""

    tuning_images: Count


class Summarize(Section):
    """What the figures show."""

    digit: Annotated[int, Field(ge=0)]
    six_digits: Level


class Parameters(Section):
    """All of params.yaml."""

    seed: Seed
    prepare: Prepare
    noise: Noise
    model: Model
    train: Train
    recipes: Annotated[dict[Name, Recipe], Field(min_length=1)]
    levels: Annotated[dict[Name, Level], Field(min_length=1)]
    classifier: Classifier
    baseline: Baseline
    summarize: Summarize

    @property
    def recipe(self) -> Recipe:
        """The recipe in use."""
        return self.recipes[self.train.recipe]

    @property
    def made_levels(self) -> list[str]:
        """The names of levels whose noise is made, in order of severity."""
        return [name for name in sorted(self.levels) if self.levels[name].kind != GIVEN]

    def level(self, name: str) -> Level:
        """Return the level of that name; InputError when there is none."""
        if name not in self.levels:
            raise InputError(f"there is no level {name!r}; the levels are {', '.join(self.levels)}")
        return self.levels[name]


def read_parameters(path: Path) -> Parameters:
    """Read and check params.yaml.

    Raises
    ------
    InputError
        When the file is missing or no YAML, or when a key is missing, unknown, of the wrong
        type or out of range: the message names the key, what was given and what is allowed.
    """
    parameters = read_checked(path, Parameters)
    training = parameters.train
    if wrong := training_problems("train", training.recipe, training.target, parameters):
        raise InputError(f"{path}: {'. '.join(wrong)}")
    return parameters


def training_problems(
    key: str, recipe: str, target: str, parameters: Parameters, noise: Noise | None = None
) -> list[str]:
    """Return a sentence for each thing about a training that is wrong only beside another value.

    Parameters
    ----------
    key : str
        Where the training is described.
    recipe, target : str
        Of the training.
    parameters : Parameters
        Of the pipeline, which has the recipes.
    noise : Noise or None
        Of the training; the pipeline's where this is None.
    """
    wrong = []
    if recipe not in parameters.recipes:
        known = ", ".join(parameters.recipes)
        wrong.append(f"{key}.recipe is {recipe!r}; the recipes are {known}")
    if target == "noisy-copy" and (noise or parameters.noise).copies < 2:
        of_noise = f"{key}.noise" if noise else "noise"
        wrong.append(
            f"{key}.target is 'noisy-copy', which takes another copy of the same image:"
            f" {of_noise}.copies must be at least 2"
        )
    return wrong

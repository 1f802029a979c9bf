"""The parameters of the pipeline as typed values, checked once where a stage starts."""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from denoise.errors import InputError


def _in_order(bounds: list[float]) -> list[float]:
    if len(bounds) != 2 or bounds[0] > bounds[1]:
        raise ValueError(f"is {bounds}; it must be [low, high] with low <= high")
    return bounds


NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Range = Annotated[list[NonNegative], AfterValidator(_in_order)]
# DVC builds stage and file names from these names, and reads a dot in one as a path.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class Section(BaseModel):
    """A mapping whose keys are all known and whose values keep the type they are written in."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, content: Any) -> Any:
        known = list(cls.model_fields)
        for key in content if isinstance(content, dict) else ():
            if key not in known:
                close = difflib.get_close_matches(str(key), known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
                raise ValueError(f"has no key {key!r}; {hint}")
        return content


def _at_most_all_pixels(section: "Noise | Level") -> "Noise | Level":
    amplitude = section.amplitude
    share = amplitude if isinstance(amplitude, float) else amplitude[1]
    if section.white == "salt-and-pepper" and share > 1:
        raise ValueError(
            f"has salt-and-pepper noise of amplitude {share:g}; there it is the share of pixels"
            " that are replaced, at most 1"
        )
    return section


White = Literal["uniform", "gaussian", "poisson", "speckle", "salt-and-pepper"]


class Noise(Section):
    """What corrupts the training images, see `denoise.corruption.corrupt`."""

    copies: Count
    blur: Range
    amplitude: Range
    white: White = "uniform"
    _share = model_validator(mode="after")(_at_most_all_pixels)


class Level(Section):
    """One strength of corruption: sigma in pixels, amplitude in grey values of [0, 1]."""

    blur: NonNegative
    amplitude: NonNegative
    white: White = "uniform"
    _share = model_validator(mode="after")(_at_most_all_pixels)


class Prepare(Section):
    """Which data set, and where MNIST's files are looked for."""

    dataset: Literal["mnist", "digits"]
    sources: list[str]


class Adadelta(Section):
    """M. Zeiler (2012); its learning rate was 1 in the Keras of 2019."""

    name: Literal["adadelta"]
    rho: Fraction = 0.95
    epsilon: Positive = 1e-7


class Adam(Section):
    """D. Kingma and J. Ba (2014)."""

    name: Literal["adam"]
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.999
    epsilon: Positive = 1e-7


class AdamW(Adam):
    """Adam with decoupled weight decay; I. Loshchilov and F. Hutter (2017)."""

    name: Literal["adamw"]
    weight_decay: NonNegative = 0.004


class Lion(Section):
    """The sign of a momentum; X. Chen et al. (2023). Wants a tenth of Adam's learning rate."""

    name: Literal["lion"]
    beta_1: Fraction = 0.9
    beta_2: Fraction = 0.99
    weight_decay: NonNegative = 0.0


class Muon(Section):
    """Orthogonalised momentum for kernels, see `denoise.muon`; Adam for the rest."""

    name: Literal["muon"]
    momentum: Fraction = 0.95
    beta_2: Fraction = 0.999
    weight_decay: NonNegative = 0.0


class SGD(Section):
    """Stochastic gradient descent with momentum."""

    name: Literal["sgd"]
    momentum: Fraction = 0.0
    nesterov: bool = False


class Schedule(Section):
    """The learning rate rises linearly over ``warmup`` of all updates, then decays."""

    warmup: Fraction
    decay: Literal["constant", "linear", "cosine"]


class Recipe(Section):
    """A named way to train."""

    optimizer: Annotated[Adadelta | Adam | AdamW | Lion | Muon | SGD, Field(discriminator="name")]
    learning_rate: Positive
    schedule: Schedule
    batch_size: Count
    epochs: Count


class Model(Section):
    """Which network, and how it goes up in resolution."""

    architecture: Literal["autoencoder", "unet"]
    upsampling: Literal["nearest", "transpose"]


class Variant(Section):
    """Another model to set beside the pipeline's own: its network, its noise, its recipe."""

    model: Model
    noise: Noise
    recipe: str


class Train(Section):
    """Which library trains, by which recipe."""

    backend: Literal["tensorflow", "jax"]
    recipe: str


class Judge(Section):
    """How the classifier of clean digits is trained."""

    learning_rate: Positive
    batch_size: Count
    epochs: Count


class Baseline(Section):
    """How many images the classical denoisers are tuned and tested on."""

    tuning_images: Count
    test_images: Count


class Report(Section):
    """What the figures show."""

    digit: Annotated[int, Field(ge=0)]
    six_digits: Level
    grid_images: Count


class Parameters(Section):
    """All of params.yaml."""

    seed: Annotated[int, Field(ge=0)]
    prepare: Prepare
    noise: Noise
    model: Model
    train: Train
    recipes: Annotated[dict[str, Recipe], Field(min_length=1)]
    judge: Judge
    levels: Annotated[dict[Name, Level], Field(min_length=1)]
    baseline: Baseline
    report: Report
    comparison: dict[Name, Variant]

    @property
    def recipe(self) -> Recipe:
        """The recipe in use."""
        return self.recipes[self.train.recipe]

    def level(self, name: str) -> Level:
        """The level of that name; InputError when there is none."""
        if name not in self.levels:
            raise InputError(f"there is no level {name!r}; the levels are {', '.join(self.levels)}")
        return self.levels[name]

    def variant(self, name: str) -> "Parameters":
        """The same with model, noise and recipe of ``comparison.<name>``; InputError without it."""
        if name not in self.comparison:
            known = ", ".join(self.comparison)
            raise InputError(f"comparison has no {name!r} in params.yaml; it has {known}")
        variant = self.comparison[name]
        train = self.train.model_copy(update={"recipe": variant.recipe})
        update = {"model": variant.model, "noise": variant.noise, "train": train}
        return self.model_copy(update=update)


def read_parameters(path: Path) -> Parameters:
    """Read and check a parameter file.

    Raises
    ------
    InputError
        when the file is missing or no YAML, or when a key is missing, unknown, of the wrong
        type or out of range: the message names the key, what was given and what is allowed.
    """
    try:
        # The parser DVC uses: both must read, say, 1e-5 as the same number.
        content = YAML(typ="safe", pure=True).load(path)
    except FileNotFoundError:
        raise InputError(
            f"{path} does not exist: restore it with `git checkout -- {path}`"
        ) from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from None
    if content is None:
        raise InputError(f"{path} is empty: restore it with `git checkout -- {path}`")
    try:
        parameters = Parameters.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{path}: {_sentence(error, content)}") from None
    chosen = {"train.recipe": parameters.train.recipe}
    chosen |= {f"comparison.{name}.recipe": v.recipe for name, v in parameters.comparison.items()}
    for key, recipe in chosen.items():
        if recipe not in parameters.recipes:
            known = ", ".join(parameters.recipes)
            raise InputError(f"{path}: {key} is {recipe!r}; the recipes are {known}")
    return parameters


def _sentence(error: ValidationError, content: Any) -> str:
    """The first problem in one line: the key, what was given, what is allowed."""
    problem = error.errors()[0]
    name, given = _dotted(problem["loc"], content), repr(problem["input"])
    match problem["type"]:
        case "missing":
            return f"{name}.{problem['loc'][-1]} is missing".removeprefix("the whole file.")
        case "value_error":
            return f"{name} {problem['ctx']['error']}"
        case "union_tag_invalid":
            given, allowed = problem["ctx"]["tag"], problem["ctx"]["expected_tags"]
            return f"{name}.name is {given!r}; the optimizers are {allowed}"
        case "union_tag_not_found":
            return f"{name}.name is missing"
        case "string_pattern_mismatch":
            return f"{name}: a name here holds letters, digits, '-' and '_' only, and no dot"
        case _:
            return f"{name} is {given}; {problem['msg'].replace('Input', 'it', 1)}"


def _dotted(location: tuple[str | int, ...], content: Any) -> str:
    """The key as params.yaml spells it; a location also holds marks of pydantic's own."""
    keys = []
    for part in location:
        if isinstance(content, list) or (isinstance(content, dict) and part in content):
            content = content[part]
            keys.append(str(part))
    return ".".join(keys) or "the whole file"

"""The parameters of the pipeline as typed values, checked once where a stage starts."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from denoise.io.errors import InputError


def _in_order(bounds: list[float]) -> list[float]:
    if len(bounds) != 2 or bounds[0] > bounds[1]:
        raise ValueError(f"is {bounds}; it must be [low, high] with low <= high")
    return bounds


NonNegative = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Range = Annotated[list[NonNegative], AfterValidator(_in_order)]
# DVC builds stage and file names from these names, and reads a dot in one as a path.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]


class Section(BaseModel):
    """A mapping whose keys are all known and whose values keep the type they are written in."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, extra="forbid")


def _at_most_all_pixels(section: "Noise | Level") -> "Noise | Level":
    amplitude = section.amplitude
    share = amplitude if isinstance(amplitude, float) else amplitude[1]
    if section.kind == "salt-and-pepper" and share > 1:
        raise ValueError(
            f"has salt-and-pepper noise of amplitude {share:g}; there it is the share of pixels"
            " that are replaced, at most 1"
        )
    return section


Kind = Literal["uniform", "gaussian", "poisson", "speckle", "salt-and-pepper"]


class Noise(Section):
    """What corrupts the training images, see `denoise.corruption.corrupt.corrupt`."""

    copies: Count
    blur: Range
    amplitude: Range
    kind: Kind
    _share = model_validator(mode="after")(_at_most_all_pixels)


class Level(Section):
    """One strength of corruption: sigma in pixels, amplitude in grey values of [0, 1]."""

    blur: NonNegative
    amplitude: NonNegative
    kind: Kind
    _share = model_validator(mode="after")(_at_most_all_pixels)


class Prepare(Section):
    """Which data set."""

    dataset: str


class About(Section):
    """Whose a data set is: its citation, and addresses of its licence and of its home.

    ``origin`` says where its images come from, and so what they stand for; the model card has it.
    """

    citation: str
    license: str
    url: str
    origin: str | None = None


class IdxFile(Section):
    """One IDX file: its name without ``.gz``, its shape, and a SHA-256.

    ``sha256`` is that of the unpacked bytes, which all mirrors share however they pack them;
    ``sha256_gz`` that of the packed ones, for sets of which no other is published.
    """

    name: str
    shape: Annotated[list[Count], Field(min_length=1)]
    sha256: Digest | None = None
    sha256_gz: Digest | None = None

    @model_validator(mode="after")
    def _one_digest(self) -> "IdxFile":
        if (self.sha256 is None) == (self.sha256_gz is None):
            raise ValueError("needs either sha256, of the unpacked file, or sha256_gz")
        return self


class IdxFiles(Section):
    """The files of a data set; labels may be missing."""

    train_images: IdxFile
    train_labels: IdxFile | None = None
    test_images: IdxFile
    test_labels: IdxFile | None = None


class IdxDataset(Section):
    """IDX files, found in the first of the sources that has the right ones."""

    format: Literal["idx"]
    sources: Annotated[list[str], Field(min_length=1)]
    files: IdxFiles
    about: About | None = None


class DigitsDataset(Section):
    """The digits that scikit-learn brings."""

    format: Literal["scikit-learn"]
    about: About | None = None


class OwnDataset(Section):
    """One's own: an ``.npz`` file of arrays, or a folder of pictures.

    ``sha256`` is that of the file, or of all files in the folder together, see
    `denoise.datasets.own`.
    """

    format: Literal["npz", "pictures"]
    path: str
    sha256: str
    about: About | None = None


Dataset = Annotated[IdxDataset | DigitsDataset | OwnDataset, Field(discriminator="format")]


class Adadelta(Section):
    """M. Zeiler (2012); its learning rate was 1 in the Keras of 2019."""

    name: Literal["adadelta"]
    rho: Fraction
    epsilon: Positive


class Adam(Section):
    """D. Kingma and J. Ba (2014)."""

    name: Literal["adam"]
    beta_1: Fraction
    beta_2: Fraction
    epsilon: Positive


class AdamW(Adam):
    """Adam with decoupled weight decay; I. Loshchilov and F. Hutter (2017)."""

    name: Literal["adamw"]
    weight_decay: NonNegative


class Lion(Section):
    """The sign of a momentum; X. Chen et al. (2023). Wants a tenth of Adam's learning rate."""

    name: Literal["lion"]
    beta_1: Fraction
    beta_2: Fraction
    weight_decay: NonNegative


class Muon(Section):
    """Orthogonalised momentum for kernels, see `denoise.training.muon`; Adam for the rest."""

    name: Literal["muon"]
    momentum: Fraction
    beta_2: Fraction
    weight_decay: NonNegative


class SGD(Section):
    """Stochastic gradient descent with momentum."""

    name: Literal["sgd"]
    momentum: Fraction
    nesterov: bool


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


Target = Literal["clean", "noisy-copy"]


class Variant(Section):
    """A model of a study: its network, its noise, its targets, its recipe."""

    model: Model
    noise: Noise
    target: Target
    recipe: str


class SeededVariant(Variant):
    """One more training of a model, ``of`` the table's name for it, with a seed of its own."""

    of: str
    seed: Seed


class Candidate(Section):
    """A recipe to try with some seeds, and what no recipe of the pipeline can say."""

    seeds: Annotated[list[Seed], Field(min_length=1)]
    initializer: str
    averaged: Fraction
    recipe: Recipe
    then: Recipe | None = None


class RecipeStudy(Section):
    """Recipes compared on training images that none of them trains on."""

    held_out: Count
    candidates: dict[Name, Candidate]


class Studies(Section):
    """What studies/ compares, by study and name."""

    networks: dict[Name, Variant]
    noise_ranges: dict[Name, Variant]
    seeds: dict[Name, SeededVariant]
    recipes: RecipeStudy

    def variants(self) -> dict[str, Variant]:
        """All models to train, by study and name, such as ``networks.unet``."""
        names = "networks", "noise_ranges", "seeds"
        parts = {name: getattr(self, name) for name in names}
        return {f"{study}.{name}": v for study, part in parts.items() for name, v in part.items()}


class Train(Section):
    """Which library trains, towards which targets, by which recipe."""

    backend: Literal["tensorflow", "jax"]
    target: Target
    recipe: str


class Classifier(Section):
    """How the classifier of clean digits is trained."""

    learning_rate: Positive
    batch_size: Count
    epochs: Count


class Baseline(Section):
    """How many images the classical denoisers are tuned and tested on."""

    tuning_images: Count
    test_images: Count


class Summarize(Section):
    """What the figures show."""

    digit: Annotated[int, Field(ge=0)]
    six_digits: Level
    grid_images: Count


class Parameters(Section):
    """All of params.yaml."""

    seed: Seed
    prepare: Prepare
    datasets: Annotated[dict[Name, Dataset], Field(min_length=1)]
    noise: Noise
    model: Model
    train: Train
    recipes: Annotated[dict[str, Recipe], Field(min_length=1)]
    classifier: Classifier
    levels: Annotated[dict[Name, Level], Field(min_length=1)]
    baseline: Baseline
    summarize: Summarize
    studies: Studies

    @property
    def dataset(self) -> IdxDataset | DigitsDataset | OwnDataset:
        """The data set in use."""
        return self.datasets[self.prepare.dataset]

    @property
    def recipe(self) -> Recipe:
        """The recipe in use."""
        return self.recipes[self.train.recipe]

    def models(self) -> dict[str, Variant]:
        """All models that are set side by side: the pipeline's own, and ``studies.networks``."""
        train = self.train
        own = Variant(model=self.model, noise=self.noise, target=train.target, recipe=train.recipe)
        return {self.model.architecture: own, **self.studies.networks}

    def repeated(self) -> dict[str, str]:
        """Return, for each of ``studies.seeds``, the model that it trains once more.

        Raises
        ------
        InputError
            when it differs from that model in more than its seed.
        """
        models = self.models()
        for name, variant in self.studies.seeds.items():
            model = models.get(variant.of)
            if model is None or variant.model_dump(exclude={"of", "seed"}) != model.model_dump():
                raise InputError(
                    f"studies.seeds.{name} in params.yaml must be as {variant.of} but for its seed:"
                    " give it the same model, noise, target and recipe"
                )
        return {name: variant.of for name, variant in self.studies.seeds.items()}

    def level(self, name: str) -> Level:
        """Return the level of that name; InputError when there is none."""
        if name not in self.levels:
            raise InputError(f"there is no level {name!r}; the levels are {', '.join(self.levels)}")
        return self.levels[name]

    def variant(self, key: str) -> "Parameters":
        """Return the same with what ``studies.<key>`` says instead; InputError without it.

        Parameters
        ----------
        key : str
            Study and name, such as ``networks.unet``.
        """
        variants = self.studies.variants()
        if key not in variants:
            known = ", ".join(variants)
            raise InputError(f"studies has no {key!r} in params.yaml; it has {known}")
        variant = variants[key]
        chosen = {"target": variant.target, "recipe": variant.recipe}
        update = {
            "model": variant.model,
            "noise": variant.noise,
            "train": self.train.model_copy(update=chosen),
            "seed": variant.seed if isinstance(variant, SeededVariant) else self.seed,
        }
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
        raise InputError(f"{path}: {in_words(error, content)}") from None
    if wrong := list(_disagreements(parameters)):
        raise InputError(f"{path}: {'. '.join(wrong)}")
    return parameters


def _disagreements(parameters: Parameters) -> Iterator[str]:
    """Yield a sentence for every value that is right by itself and wrong beside another."""
    if parameters.prepare.dataset not in parameters.datasets:
        known = ", ".join(parameters.datasets)
        yield f"prepare.dataset is {parameters.prepare.dataset!r}; the data sets are {known}"
    trained = {"train": (parameters.train, "noise", parameters.noise)}
    for key, variant in parameters.studies.variants().items():
        trained[f"studies.{key}"] = (variant, f"studies.{key}.noise", variant.noise)
    for key, (training, noise_key, noise) in trained.items():
        if training.recipe not in parameters.recipes:
            known = ", ".join(parameters.recipes)
            yield f"{key}.recipe is {training.recipe!r}; the recipes are {known}"
        if training.target == "noisy-copy" and noise.copies < 2:
            yield (
                f"{key}.target is 'noisy-copy', which takes another copy of the same image:"
                f" {noise_key}.copies must be at least 2"
            )


def in_words(error: ValidationError, content: Any) -> str:
    """All that is wrong with a file, a sentence for each: the key, what was given, what is allowed.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised on ``content``.
    content : Any
        The file as read.
    """
    return ". ".join(_sentence(problem, content) for problem in error.errors())


def _sentence(problem: dict, content: Any) -> str:
    name, given = _dotted(problem["loc"], content), repr(problem["input"])
    match problem["type"]:
        case "missing":
            return f"{name}.{problem['loc'][-1]} is missing".removeprefix("the whole file.")
        case "extra_forbidden":
            *section, key = problem["loc"]
            close = difflib.get_close_matches(str(key), _all_keys(Section), n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            return f"{_dotted(tuple(section), content)} has no key {key!r}{hint}"
        case "value_error":
            return f"{name} {problem['ctx']['error']}"
        case "union_tag_invalid":
            given, allowed = problem["ctx"]["tag"], problem["ctx"]["expected_tags"]
            return f"{name}.{_tag(problem)} is {given!r}; it should be one of {allowed}"
        case "union_tag_not_found":
            return f"{name}.{_tag(problem)} is missing"
        case "string_pattern_mismatch":
            return f"{name}: a name here holds letters, digits, '-' and '_' only, and no dot"
        case _:
            return f"{name} is {given}; {problem['msg'].replace('Input', 'it', 1)}"


def _tag(problem: dict) -> str:
    """Return the key that tells kinds of a section apart."""
    return problem["ctx"]["discriminator"].strip("'")


def _all_keys(section: type[Section]) -> set[str]:
    """Return the keys of a kind of section and of all kinds derived from it."""
    below = (_all_keys(kind) for kind in section.__subclasses__())
    return set(section.model_fields).union(*below)


def _dotted(location: tuple[str | int, ...], content: Any) -> str:
    """Return the key as params.yaml spells it; a location also holds marks of pydantic's own."""
    keys = []
    for part in location:
        if isinstance(content, list) or (isinstance(content, dict) and part in content):
            content = content[part]
            keys.append(str(part))
    return ".".join(keys) or "the whole file"

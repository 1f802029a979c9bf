"""studies/params.yaml: trainings beside the pipeline's own, as differences from it."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from denoise.differences import with_differences
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level, Noise
from denoise.io.parameters.pipeline import Parameters, read_parameters, training_problems
from denoise.io.parameters.reading import in_words, read_checked
from denoise.io.parameters.sections import NAME, Count, Fraction, Name, Positive, Section, Seed
from denoise.io.parameters.training import Model, Recipe, Target

STUDIES = Path("studies/params.yaml")
ENSEMBLES = "ensembles"  # the study whose trainings are members of ensembles
SHOWN_BY = ("networks", "noise_ranges", ENSEMBLES)  # the studies that a training may belong to


def _distinct(values: list) -> list:
    if len(set(values)) < len(values):
        raise ValueError(f"is {values}; name each value once")
    return values


def _of_a_study(name: str) -> str:
    if not re.fullmatch(f"({'|'.join(SHOWN_BY)})/{NAME}", name):
        raise ValueError(
            f"should begin with the study that shows it, {'/, '.join(SHOWN_BY[:-1])}/ or"
            f" {SHOWN_BY[-1]}/, and go on with a name of letters, digits, '-' and '_' that does"
            " not begin with '-'"
        )
    return name


Seeds = Annotated[list[Seed], Field(min_length=1), AfterValidator(_distinct)]
Share = Annotated[float, Field(gt=0, lt=1)]
TrainingName = Annotated[str, AfterValidator(_of_a_study)]
# Of a kernel's weights, by Keras' names; none that would make all of them alike.
Initializer = Literal[
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "random_uniform",
    "random_normal",
    "truncated_normal",
    "variance_scaling",
]
PICTURES = "pictures"  # what `python -m denoise --model` calls the model of the study of that name
# Other things that `python -m denoise --model` may name.
RESERVED = ("auto", "denoiser", "ensemble", "linear", "mixture", PICTURES)


class Base(Section):
    """What all trainings share where they say nothing else: as the pipeline's own."""

    model: Model
    noise: Noise
    target: Target


class Training(Base):
    """A model to train, once with each of its seeds, on all but the last training images.

    ``held_out`` is how many of these no seed trains on.
    """

    recipe: str
    seeds: Seeds
    held_out: Annotated[int, Field(ge=0)] = 0


class Ensemble(Section):
    """What an ensemble promises of a new image with noise like that of its training.

    ``coverage`` is the share of pixels within their intervals, ``wrong`` the share of readings
    that may be wrong of those that are given.
    """

    coverage: Share
    wrong: Share


class Photographs(Section):
    """A model of patches of pictures, which is measured on whole ones."""

    dataset: str
    training: Training
    levels: Annotated[dict[Name, Level], Field(min_length=1)]


class Trial(Section):
    """What all candidate recipes share where they say nothing else."""

    initializer: Initializer
    averaged: Fraction
    recipe: Recipe


class Candidate(Trial):
    """A recipe to try with some seeds, and what no recipe of the pipeline can say."""

    seeds: Seeds
    then: Recipe | None = None


class _Written(Section):
    """A section whose entries are differences, which are checked when they are applied."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class _Recipes(_Written):
    held_out: Count
    base: Trial
    candidates: dict[Name, dict[str, Any]]


class Mixtures(Section):
    """Mixtures of Gaussians to try: all numbers of components, each with all that is borrowed."""

    held_out: Count
    components: Annotated[list[Count], Field(min_length=1), AfterValidator(_distinct)]
    borrowed: Annotated[list[Positive], Field(min_length=1), AfterValidator(_distinct)]


class _Photographs(_Written):
    dataset: str
    training: dict[str, Any]
    levels: Annotated[dict[Name, Level], Field(min_length=1)]


class _Studies(_Written):
    base: Base
    pictures: _Photographs
    trainings: dict[TrainingName, dict[str, Any]]
    ensembles: dict[Name, Ensemble]
    joined: Annotated[list[Name], Field(min_length=1), AfterValidator(_distinct)]
    recipes: _Recipes
    mixtures: Mixtures


class Studies(Section):
    """What studies/ compares, every difference applied, and the pipeline that it differs from."""

    pipeline: Parameters
    trainings: dict[str, Training]
    ensembles: dict[str, Ensemble]
    joined: list[str]
    held_out: Count
    candidates: dict[str, Candidate]
    mixtures: Mixtures
    pictures: Photographs

    def training(self, key: str) -> Training:
        """Return the training of that name, such as ``networks/unet``; InputError without it."""
        if key not in self.trainings:
            known = ", ".join(self.trainings)
            raise InputError(f"there is no training {key!r}; the trainings are {known}")
        return self.trainings[key]

    def ensemble_training(self, name: str) -> Training:
        """Return the training of an ensemble's members; InputError when there is none."""
        if name not in self.ensembles:
            known = ", ".join(self.ensembles)
            raise InputError(f"there is no ensemble {name!r}; the ensembles are {known}")
        return self.training(f"{ENSEMBLES}/{name}")

    def candidate(self, name: str) -> Candidate:
        """Return the candidate recipe of that name; InputError when there is none."""
        if name not in self.candidates:
            known = ", ".join(self.candidates)
            raise InputError(f"there is no candidate {name!r}; the candidates are {known}")
        return self.candidates[name]

    def parameters(self, key: str, seed: int) -> Parameters:
        """Return the pipeline's parameters with those of a training, for one of its seeds."""
        return self._pipeline_with(self.training(key), seed)

    def of_pictures(self) -> Parameters:
        """Return the pipeline's parameters with those of the model of pictures, its first seed."""
        training = self.pictures.training
        return self._pipeline_with(training, training.seeds[0])

    def _pipeline_with(self, training: Training, seed: int) -> Parameters:
        chosen = {"target": training.target, "recipe": training.recipe}
        update = {
            "model": training.model,
            "noise": training.noise,
            "train": self.pipeline.train.model_copy(update=chosen),
            "seed": seed,
        }
        return self.pipeline.model_copy(update=update)

    def of(self, study: str) -> dict[str, Training]:
        """Return the trainings of one study, by their names in it."""
        return {
            key.removeprefix(f"{study}/"): training
            for key, training in self.trainings.items()
            if key.startswith(f"{study}/")
        }

    def networks(self) -> dict[str, Training]:
        """Return all models that are set side by side, the pipeline's own first, with all seeds.

        Raises
        ------
        InputError
            When the training that repeats the pipeline's own model with other seeds differs from
            it in more than its seeds.
        """
        own, name = self._own(), self.pipeline.model.architecture
        networks = self.of("networks")
        again = networks.pop(name, None)
        if again:
            if again.model_dump(exclude={"seeds"}) != own.model_dump(exclude={"seeds"}):
                raise InputError(
                    f"trainings.networks/{name} in studies/params.yaml must be as params.yaml has"
                    " the pipeline's own model, but for the seeds: give it the same model, noise,"
                    " target and recipe"
                )
            own = own.model_copy(update={"seeds": [*own.seeds, *again.seeds]})
        return {name: own, **networks}

    def joined_seeds(self, name: str) -> list[int]:
        """Return the seeds of a network whose trainings are joined, the pipeline's own first.

        Raises
        ------
        InputError
            When it is not in ``joined``, there is no such network, or it was trained once.
        """
        networks = self.networks()
        if name not in self.joined:
            known = ", ".join(self.joined)
            raise InputError(f"{name!r} is not joined; the networks that are joined are {known}")
        if name not in networks:
            known = ", ".join(networks)
            raise InputError(
                f"joined in studies/params.yaml names {name!r}; the networks are {known}"
            )
        seeds = networks[name].seeds
        if len(seeds) < 2:
            raise InputError(
                f"joined in studies/params.yaml names {name}, which is trained with one seed: give"
                f" trainings.networks/{name} two or more"
            )
        return seeds

    def _own(self) -> Training:
        pipeline = self.pipeline
        return Training(
            model=pipeline.model,
            noise=pipeline.noise,
            target=pipeline.train.target,
            recipe=pipeline.train.recipe,
            seeds=[pipeline.seed],
        )


def read_studies(path: Path) -> Studies:
    """Read and check the parameters of the studies, and the pipeline's in the folder above.

    Raises
    ------
    InputError
        When a file is missing or no YAML, or says what cannot be; see `read_parameters`.
    """
    pipeline = read_parameters(path.parent.parent / "params.yaml")
    written = read_checked(path, _Studies)
    base, trial = written.base.model_dump(), written.recipes.base.model_dump()
    trainings = {
        key: _apply(path, f"trainings.{key}", Training, base, entry)
        for key, entry in written.trainings.items()
    }
    training = _apply(path, "pictures.training", Training, base, written.pictures.training)
    photographs = Photographs(
        dataset=written.pictures.dataset, training=training, levels=written.pictures.levels
    )
    candidates = {}
    for name, entry in written.recipes.candidates.items():
        both = dict(entry)
        if isinstance(entry.get("then"), dict):
            both["then"] = with_differences(trial["recipe"], entry["then"])
        candidates[name] = _apply(path, f"recipes.candidates.{name}", Candidate, trial, both)
    wrong = []
    folded = [key.casefold() for key in trainings]
    for key, each in trainings.items():
        name = key.split("/")[1]
        if folded.count(key.casefold()) > 1 or name in RESERVED or name.startswith("ensemble-"):
            wrong.append(
                f"trainings.{key} has a name that means something else too: choose another"
            )
        wrong += training_problems(
            f"trainings.{key}", each.recipe, each.target, pipeline, each.noise
        )
    wrong += _ensemble_problems(trainings, written.ensembles)
    wrong += training_problems(
        "pictures.training", training.recipe, training.target, pipeline, training.noise
    )
    if wrong:
        raise InputError(f"{path}: {'. '.join(wrong)}")
    return Studies(
        pipeline=pipeline,
        trainings=trainings,
        ensembles=written.ensembles,
        joined=written.joined,
        held_out=written.recipes.held_out,
        candidates=candidates,
        mixtures=written.mixtures,
        pictures=photographs,
    )


def _ensemble_problems(trainings: dict[str, Training], ensembles: dict[str, Ensemble]) -> list[str]:
    """Return a sentence for each ensemble without its training, or with one that cannot serve."""
    wrong = []
    for name in ensembles:
        key = f"{ENSEMBLES}/{name}"
        if key not in trainings:
            wrong.append(f"ensembles.{name} needs a training of its members, trainings.{key}")
        elif len(trainings[key].seeds) < 2:
            wrong.append(f"trainings.{key} has one seed; an ensemble has two members or more")
        elif trainings[key].held_out < 2:
            wrong.append(
                f"trainings.{key}.held_out is {trainings[key].held_out}; an ensemble is calibrated"
                " on images that no seed trains on: set it to 2 or more"
            )
    for key in trainings:
        study, name = key.split("/")
        if study == ENSEMBLES and name not in ensembles:
            wrong.append(
                f"trainings.{key} needs an entry ensembles.{name}, which says what is promised"
            )
    return wrong


def _apply(
    path: Path, key: str, kind: type[Section], base: dict[str, Any], entry: dict[str, Any]
) -> Any:
    content = with_differences(base, entry)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{path}: {in_words(error, content, key)}") from None

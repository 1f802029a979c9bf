"""Which model a command line asks for."""

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from pydantic import ValidationError

from denoise.inference.advice import Advice
from denoise.inference.api import (
    DEFAULT,
    ENSEMBLE,
    ROOT,
    check_has_intervals,
    committed_models,
    load_model,
)
from denoise.inference.denoiser import Model, Size
from denoise.inference.noise_report import estimate_noise
from denoise.inference.preparation import check_no_fit
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Kind, Level
from denoise.io.parameters.reading import in_words

AUTO = "auto"
# The names of `denoise.inference.known_noise.ESTIMATORS`, which SciPy makes slow to import.
ESTIMATORS = ("linear", "mixture")
STRONGEST = 10.0  # a known amplitude, in grey values of 0 to 1; no image would be left in more


@dataclass(frozen=True)
class ModelChoice:
    """A model, or several to choose from by the noise of the images.

    Parameters
    ----------
    name : str
        As the command line has it: a model's name or path, or ``auto``.
    size : tuple or None
        Height and width that images are brought to; None where the model takes tiles of images of
        any size.
    model_for : Callable
        From some images, (n, height, width) grey values, to the name of their model and the model.
    told_noise : float or None
        The standard deviation of the noise, where the command line tells one.
    told_kind : str or None
        The kind of that noise.
    """

    name: str
    size: Size | None
    model_for: Callable[[np.ndarray], tuple[str, Model]]
    told_noise: float | None = None
    told_kind: Kind | None = None


def choose_model(arguments: argparse.Namespace, advice: Advice) -> ModelChoice:
    """Choose the model by the command line, and by what is known of the committed models.

    Raises
    ------
    InputError
        When there is no such model, options contradict each other, the model does not do what they
        ask for, or noise cannot be as they say.
    """
    _check_uncertainty(arguments)
    if arguments.known_noise is not None:
        choice = _estimator(arguments)
    elif arguments.kind is not None:
        raise InputError("--kind is of the noise that --known-noise tells: add that")
    elif arguments.model == AUTO:
        choice = _by_noise(advice)
    else:
        choice = _by_name(arguments)
    if choice.size is None:
        check_no_fit(arguments.fit, "--fit")
    return choice


def _check_uncertainty(arguments: argparse.Namespace) -> None:
    if arguments.uncertainty and arguments.model == AUTO:
        raise InputError(f"--uncertainty is for a model by its name, such as --model {ENSEMBLE}")
    if arguments.uncertainty and arguments.known_noise is not None:
        raise InputError("--uncertainty is for a model; --known-noise denoises without one")


def _estimator(arguments: argparse.Namespace) -> ModelChoice:
    """Return what is best for the noise that the command line tells."""
    name = ESTIMATORS[0] if arguments.model is None else arguments.model
    if name not in ESTIMATORS:
        allowed, given = " or ".join(ESTIMATORS), name or "an empty name"
        raise InputError(f"--known-noise is for --model {allowed}, and not for {given}")
    from denoise.inference.known_noise import KnownNoise  # SciPy starts slowly

    blur, amplitude = arguments.known_noise
    content = {"blur": blur, "amplitude": amplitude, "kind": arguments.kind or "uniform"}
    try:
        level = Level.model_validate(content)
    except ValidationError as error:
        raise InputError(f"--known-noise: {in_words(error, content, whole='it')}") from None
    if amplitude > STRONGEST:
        of_bytes = f"of grey values to 255 it is {amplitude / 255:.2g}"
        raise InputError(
            f"--known-noise: with an amplitude of {amplitude:g}, noise is {amplitude:g} times as"
            f" strong as black differs from white: {of_bytes if amplitude <= 255 else 'white is 1'}"
        )
    training_images = ROOT / "data" / "clean" / "train_images.npy"
    estimator = KnownNoise(name, training_images, level)
    return replace(_only(name, estimator), told_noise=estimator.noise_std, told_kind=level.kind)


def _by_noise(advice: Advice) -> ModelChoice:
    """Return a choice of the model that did best at the noise that images seem to have."""
    if not advice.measured:
        raise InputError("--model auto needs what `make repro` measures: name a model")
    loaded = {DEFAULT: load_model(DEFAULT)}

    def model_for(images: np.ndarray) -> tuple[str, Model]:
        name = advice.best_for(estimate_noise(images))
        if name not in loaded:
            loaded[name] = load_model(name)
        return name, loaded[name]

    # All that are advised learned from the same images.
    return ModelChoice(AUTO, _frame(loaded[DEFAULT]), model_for)


def _by_name(arguments: argparse.Namespace) -> ModelChoice:
    name = DEFAULT if arguments.model is None else arguments.model
    if name in ESTIMATORS:
        raise InputError(f"--model {name} must be told the noise: add --known-noise")
    name = _known_as(name)
    model = load_model(name)
    if arguments.uncertainty:
        check_has_intervals(model, name)
    return _only(name, model)


def _known_as(model: str) -> str:
    """Return the name of a committed model that its path was given of; of others what was given."""
    if os.path.lexists(model):  # a name hardly is one, and reading all of them takes a while
        for name, path in committed_models().items():
            if os.path.realpath(model) in map(os.path.realpath, (path, path.parent)):
                return name
    return model


def _only(name: str, model: Model) -> ModelChoice:
    return ModelChoice(name, _frame(model), lambda images: (name, model))


def _frame(model: Model) -> Size | None:
    return None if model.tiles else model.size

"""How networks are trained: which one, towards what, by which optimizer and recipe."""

from typing import Annotated, Literal

from pydantic import Field

from denoise.io.parameters.sections import Count, Fraction, NonNegative, Positive, Section

Target = Literal["clean", "noisy-copy"]


class Model(Section):
    """Which network, and how it goes up in resolution."""

    architecture: Literal["autoencoder", "unet"]
    upsampling: Literal["nearest", "transpose"]


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

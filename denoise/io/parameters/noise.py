"""Noise: of the training set, and of a level of the test set."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from denoise.io.parameters.sections import Count, Range, Section

Kind = Literal["uniform", "gaussian", "poisson", "speckle", "salt-and-pepper"]
SALT_AND_PEPPER: Kind = "salt-and-pepper"
GIVEN = "given"  # as it came: the data set holds noisy pictures beside its clean ones
AnyKind = Literal[Kind, "given"]  # the others are made


def _at_most_all_pixels(section: "Noise | Level") -> "Noise | Level":
    amplitude = section.amplitude
    share = amplitude if isinstance(amplitude, float) else amplitude[1]
    if section.kind == SALT_AND_PEPPER and share > 1:
        raise ValueError(
            f"has salt-and-pepper noise of amplitude {share:g}; there it is the share of pixels"
            " that are replaced, at most 1"
        )
    return section


def _nothing_made_if_given(section: "Noise | Level") -> "Noise | Level":
    nothing = [0.0, 0.0] if isinstance(section, Noise) else 0.0
    if section.kind == GIVEN and not section.blur == section.amplitude == nothing:
        raise ValueError(
            f"has noise of kind 'given', which is taken as it came: set blur and amplitude to"
            f" {nothing}"
        )
    return section


class Noise(Section):
    """What corrupts the training images, see `denoise.corruption.corrupt.corrupt`.

    Of kind ``given``, the noisy pictures of the data set are taken, ``copies`` of each image.
    """

    copies: Count
    blur: Range
    amplitude: Range
    kind: AnyKind
    _share = model_validator(mode="after")(_at_most_all_pixels)
    _given = model_validator(mode="after")(_nothing_made_if_given)


class Level(Section):
    """One strength of corruption: sigma in pixels, amplitude in grey values of [0, 1].

    Of kind ``given``, the noisy test pictures of the data set are taken.
    """

    blur: Annotated[float, Field(ge=0, le=100)]
    amplitude: Annotated[float, Field(ge=0, le=1e6)]
    kind: AnyKind
    _share = model_validator(mode="after")(_at_most_all_pixels)
    _given = model_validator(mode="after")(_nothing_made_if_given)

"""The lines that a command line prints about files: for people, or as JSON."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

from denoise.inference.advice import Advice
from denoise.inference.noise_advice import (
    UNCHANGED,
    has_impulses_unlike_training,
    is_clipped_unlike_training,
    is_unlike_training,
    is_within_training,
    suggested_model,
)
from denoise.inference.outcome import Outcome

_AGAINST_TOLD = {
    "stronger": "what the model gets is noisier than --known-noise told: noise may be left",
    "weaker": "what the model gets is less noisy than --known-noise told: fine strokes may be lost",
}


def print_result(source: Path, outcome: Outcome, advice: Advice, as_json: bool) -> None:
    """Print what became of a file."""
    describe = describe_as_json if as_json else describe_as_text
    _print(describe(source, outcome, advice), sys.stdout)


def print_failure(message: str, as_json: bool, source: Path | None = None) -> None:
    """Print a line about what did not go well, with a file or with all."""
    if as_json:
        about = {} if source is None else {"input": str(source)}
        _print(json.dumps(about | {"error": message}), sys.stdout)
    print_note(message)


def print_note(message: str) -> None:
    """Print a line beside the results."""
    _print(f"denoise: {printable(message)}", sys.stderr)


def print_sheets(paths: Sequence[Path]) -> None:
    """Print the names of sheets that were written."""
    for path in paths:
        _print(f"before and after: {printable(path)}", sys.stderr)


def describe_as_json(source: Path, outcome: Outcome, advice: Advice) -> str:
    """Return all that was measured of a file, and of each of several pages, as a line of JSON."""
    figures = {"input": str(source), "outputs": [str(path) for path in outcome.written]}
    figures |= _figures(outcome, advice)
    if len(outcome.pages) > 1:
        figures["pages"] = [
            {"output": str(page.written[0]), **_figures(page, advice)} for page in outcome.pages
        ]
    if outcome.uncertainty_maps:
        figures["uncertainty"] = [str(path) for path in outcome.uncertainty_maps]
        figures["coverage"] = outcome.coverage
    return json.dumps(figures)


def describe_as_text(source: Path, outcome: Outcome, advice: Advice) -> str:
    """Return a line about a file, another about its noise, and others where they apply."""
    target = _range_of_names(outcome.written)
    lines = [
        f"{printable(source)} -> {target}: {', '.join(_content(outcome))}",
        "; ".join([*_noise(outcome, advice), _residual(outcome)]),
    ]
    if is_clipped_unlike_training(outcome, advice):
        lines.append(
            "much of this noise is cut off at black and white, which no model of this repository"
            " was trained on: the result may be bad, and a reading wrong though it seems sure"
        )
    if outcome.noise_against_told in _AGAINST_TOLD:
        lines.append(_AGAINST_TOLD[outcome.noise_against_told])
    if has_impulses_unlike_training(outcome, advice):
        lines.append(_impulses(outcome, advice))
    if _is_on_bright_ground(outcome, advice):
        lines.append(_bright_ground(outcome))
    if outcome.more_digits and not outcome.photograph:
        lines.append(_more_digits(outcome))
    if outcome.uncertainty_maps:
        lines.append(_uncertainty(outcome, advice))
    if _needs_model_of_photographs(outcome, advice):
        lines.append(
            f"this looks like a photograph, but {outcome.model} was trained on digits alone:"
            f" --model {advice.of_photographs} is for photographs"
        )
    return "\n  ".join(lines)


def printable(text: str | Path) -> str:
    """Return a text in which letters that no terminal shows, or would obey, are escaped."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in str(text)
    )


def _print(line: str, stream: TextIO) -> None:
    """Print a line where no progress bar is in its way."""
    tqdm.write(line, file=stream)


def _range_of_names(paths: Sequence[Path]) -> str:
    first, last = printable(paths[0]), printable(paths[-1])
    return first if len(paths) == 1 else f"{first} to {last}"


def _figures(outcome: Outcome, advice: Advice) -> dict[str, Any]:
    noise = outcome.noise
    return {
        "images": outcome.images,
        "model": outcome.model,
        "done": outcome.steps,
        "rms_change": round(outcome.rms_change, 6),
        "noise_std": round(noise.noise_std, 4),
        "told_noise_std": _rounded(outcome.told_noise),
        "noise_against_told": outcome.noise_against_told,
        "noise_clipped": outcome.noise_is_clipped,
        "salt_and_pepper": outcome.has_impulses,
        "trained_on": is_within_training(outcome, advice),
        "suggested_model": suggested_model(outcome, advice),
        "residual_correlation": round(noise.correlation, 4),
        "photograph": outcome.photograph,
        "bright_backgrounds": outcome.bright_backgrounds,
        "more_digits": outcome.more_digits,
        "digits": outcome.digits,
        "confidences": [round(confidence, 4) for confidence in outcome.confidences],
        "readings": outcome.readings,
        "not_read": outcome.not_read,
        "confidence": _rounded(outcome.confidence),
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)


def _content(outcome: Outcome) -> list[str]:
    """Return what a file holds, what was done to it, and what is read in its only image."""
    if outcome.images > 1:
        return [f"{outcome.images:,} images", *_count_readings(outcome), *outcome.steps]
    sure = [f" ({_percent(confidence)} sure)" for confidence in outcome.confidences] or [""]
    readings = [
        f"not sure enough to be read{how}" if digit is None else f"read as {digit}{how}"
        for digit, how in zip(outcome.digits, sure, strict=False)
    ]
    return [*outcome.steps, *readings]


def _count_readings(outcome: Outcome) -> list[str]:
    """Return how many of several images are read, where any could be."""
    if not outcome.digits:
        return []
    return [f"{sum(outcome.readings.values()):,} read, {outcome.not_read:,} not sure enough"]


def _percent(confidence: float) -> str:
    """Return a confidence that is never certainty."""
    return "over 99%" if confidence > 0.99 else f"{confidence:.0%}"


def _noise(outcome: Outcome, advice: Advice) -> list[str]:
    """Return how strong the noise is, and what is known of models for such noise."""
    noise = f"noise of about {outcome.noise.noise_std:.2f} in standard deviation"
    if outcome.told_noise is not None:
        noise += f", where {outcome.told_noise:.2f} was told"
    span = advice.trained_on.get(outcome.model)
    if span and not is_unlike_training(outcome, advice):
        strength = _strength(outcome, advice)
        noise += (
            f", {strength} the {span[0]:.2f} to {span[1]:.2f} that {outcome.model} was trained on"
        )
    best = suggested_model(outcome, advice)
    if best in (None, outcome.model):
        return [noise]
    return [noise, f"--model {best} did best on test images with uniform noise as strong"]


def _strength(outcome: Outcome, advice: Advice) -> str:
    """Return how strong the noise is beside what the model was trained on."""
    if is_within_training(outcome, advice):
        return "about as strong as"
    _, strongest = advice.trained_on[outcome.model]
    return "stronger than" if outcome.noise.noise_std > strongest else "weaker than"


def _residual(outcome: Outcome) -> str:
    if outcome.rms_change < UNCHANGED:
        return "hardly anything was taken away"
    if outcome.noise.like_noise:
        return "what was taken away passes for noise"
    return "what was taken away is not noise alone: blur, or changed strokes"


def _more_digits(outcome: Outcome) -> str:
    count = "" if outcome.images == 1 else f" in {outcome.more_digits:,} of its images"
    return (
        f"there seems to be more than one digit{count}, and --fit takes one, or several as one:"
        " give each digit a picture of its own"
    )


def _impulses(outcome: Outcome, advice: Advice) -> str:
    what = (
        "single pixels are black or white, as in salt-and-pepper noise: what was not made for that"
        " does badly"
    )
    if not _is_for_digits(outcome, advice):
        return what
    return (
        f"{what}, and a reading may be wrong though it seems sure; --known-noise BLUR SHARE --kind"
        " salt-and-pepper is for it"
    )


def _is_on_bright_ground(outcome: Outcome, advice: Advice) -> bool:
    """Whether images are no white digits on black, which is what such models know."""
    is_page = bool(outcome.bright_backgrounds) and not outcome.photograph
    return is_page and _is_for_digits(outcome, advice)


def _is_for_digits(outcome: Outcome, advice: Advice) -> bool:
    """Whether it is known that what denoised learned from digits."""
    is_known = outcome.model in advice.trained_on or outcome.told_kind is not None
    return advice.of_digits and is_known


def _bright_ground(outcome: Outcome) -> str:
    bright, inverted = outcome.bright_backgrounds, "inverted" in outcome.steps
    where = "its border" if outcome.images == 1 else f"in {bright:,} of its images the border"
    if bright < outcome.images:
        hint = "give dark ink on bright paper a file of its own, with --invert"
    else:
        hint = "leave out --invert" if inverted else "--invert is for dark ink on bright paper"
    given = " after --invert" if inverted else ""
    return f"{where} is bright{given}, and this is for white digits on black: {hint}"


def _uncertainty(outcome: Outcome, advice: Advice) -> str:
    names, holds = _range_of_names(outcome.uncertainty_maps), is_within_training(outcome, advice)
    promise = (
        f"{names}: over images with noise like that of training, {outcome.coverage:.0%} of the ink"
        " is no further off than it says"
    )
    return promise + ("; this noise is not like it" if holds is False else "")


def _needs_model_of_photographs(outcome: Outcome, advice: Advice) -> bool:
    """Whether a model of digits was given what looks like a photograph, and another is there."""
    is_of_digits = advice.of_digits and outcome.model in advice.trained_on
    return bool(outcome.photograph) and is_of_digits and advice.of_photographs is not None

"""What the noise of a file means for its model, by the noise that models were trained on."""

from denoise.inference.advice import Advice
from denoise.inference.outcome import Outcome
from denoise.io.parameters.noise import SALT_AND_PEPPER

UNCHANGED = 1e-3  # grey values: a quarter of a step of 8 bits


def suggested_model(outcome: Outcome, advice: Advice) -> str | None:
    """Return the model that did best on noise of this strength.

    None where nobody knows, or nothing was taken away.
    """
    if is_unlike_training(outcome, advice) or outcome.rms_change < UNCHANGED:
        return None
    if outcome.told_kind == SALT_AND_PEPPER:  # whose strength the estimate does not see
        return None
    return advice.best_for(outcome.noise.noise_std)


def is_clipped_unlike_training(outcome: Outcome, advice: Advice) -> bool:
    """Whether noise was cut off that the model knows whole."""
    return outcome.noise_is_clipped and outcome.model not in advice.as_it_came


def has_impulses_unlike_training(outcome: Outcome, advice: Advice) -> bool:
    """Whether single pixels were replaced, and the model knows no such noise."""
    return outcome.has_impulses and not advice.knows_salt_and_pepper(outcome.model)


def is_unlike_training(outcome: Outcome, advice: Advice) -> bool:
    """Whether the noise is of another kind than the model knows, whatever its strength."""
    clipped = is_clipped_unlike_training(outcome, advice)
    return clipped or has_impulses_unlike_training(outcome, advice)


def is_within_training(outcome: Outcome, advice: Advice) -> bool | None:
    """Whether the model was trained on noise of this strength; None where nobody knows."""
    within = advice.is_within(outcome.model, outcome.noise.noise_std)
    return False if within and is_unlike_training(outcome, advice) else within

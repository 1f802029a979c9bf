"""What legibility is, in a sentence."""

from collections.abc import Mapping


def describe_legibility(classifier: Mapping) -> str:
    """Say what legibility is, or that the data has no labels to say anything of it.

    Parameters
    ----------
    classifier : Mapping
        The content of metrics/classifier.json, which is empty where the data has no labels.
    """
    if "accuracy" not in classifier:
        return "The data has no labels, so that nothing is said of legibility."
    return (
        "Legibility is the share of denoised digits that a classifier of clean digits"
        f" ({classifier['accuracy']:.2%} right on clean test digits) still reads correctly."
    )

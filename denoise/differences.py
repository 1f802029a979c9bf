"""Parameters that are written as differences from others, as those of the studies are."""

from collections.abc import Mapping
from typing import Any


def with_differences(base: Mapping[str, Any], differences: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with other values where ``differences`` has some, at any depth.

    A section with another ``name``, such as another optimizer, takes the place of the whole.

    Examples
    --------
    >>> base = {"recipe": {"epochs": 4, "optimizer": {"name": "muon", "momentum": 0.95}}}
    >>> with_differences(base, {"recipe": {"optimizer": {"momentum": 0.9}}})
    {'recipe': {'epochs': 4, 'optimizer': {'name': 'muon', 'momentum': 0.9}}}
    >>> with_differences(base, {"recipe": {"optimizer": {"name": "adam"}}})
    {'recipe': {'epochs': 4, 'optimizer': {'name': 'adam'}}}
    """
    merged = dict(base)
    for key, value in differences.items():
        old = merged.get(key)
        nested = isinstance(old, Mapping) and isinstance(value, Mapping)
        if nested and value.get("name", old.get("name")) == old.get("name"):
            merged[key] = with_differences(old, value)
        else:
            merged[key] = value
    return merged

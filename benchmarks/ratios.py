"""Times in units of another, as the tables show them."""

import numpy as np


def ratios(times: list[float], units: list[float]) -> str:
    """Return median, lowest and highest of the rounds' ratios, such as ``1.60 (1.43 to 1.98)``."""
    found = np.divide(times, units)
    return f"{np.median(found):.2f} ({found.min():.2f} to {found.max():.2f})"

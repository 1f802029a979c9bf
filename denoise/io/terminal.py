"""What long work shows: a moving bar on a terminal, a line now and then in a log."""

import sys


def keras_verbose() -> int:
    """Keras' ``verbose``: 1, a progress bar, on a terminal; 2, one line an epoch, elsewhere."""
    return 1 if sys.stdout.isatty() else 2

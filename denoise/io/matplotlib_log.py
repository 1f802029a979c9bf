"""What matplotlib writes to the terminal, which Keras imports as well as the figures here."""

import logging


def silence_matplotlib() -> None:
    """Let matplotlib write nothing but errors; call it before matplotlib is imported.

    Where a home folder cannot be written, matplotlib takes a temporary folder, and removes it when
    the program ends. It would warn of that, and of the time that a list of fonts takes: no result
    depends on either.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)

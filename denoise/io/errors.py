"""The one exception that reaches a user as a sentence instead of a traceback."""


class InputError(ValueError):
    """A mistake in what the user gave: its message says what, where, and what to do."""

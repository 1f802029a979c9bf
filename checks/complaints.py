"""What pydantic finds wrong with a file, in one line."""

from pydantic import ValidationError


def first_complaint(error: ValidationError) -> str:
    """The first key that is wrong, and how."""
    problem = error.errors()[0]
    key = ".".join(map(str, problem["loc"]))
    return f"{key} {problem['msg'].removeprefix('Value error, ')}".strip()

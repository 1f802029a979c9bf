"""Reading a parameter file, and what is wrong with it in words."""

import difflib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from denoise.io.errors import InputError
from denoise.io.parameters.sections import Section

Checked = TypeVar("Checked", bound=BaseModel)


def read_checked(path: Path, model: type[Checked]) -> Checked:
    """Read a file of parameters as a typed model.

    Raises
    ------
    InputError
        When the file is missing or no YAML, or when a key is missing, unknown, of the wrong
        type or out of range: the message names the key, what was given and what is allowed.
    """
    content = _load(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{path}: {in_words(error, content)}") from None


def _load(path: Path) -> Any:
    try:
        # The parser that DVC reads parameters with, YAML 1.2 in Python: both must read, say, 1e-5
        # as the same number. PyYAML, which is ten times as fast, would read it as a word.
        content = YAML(typ="safe", pure=True).load(path)
    except FileNotFoundError:
        raise InputError(
            f"{path} does not exist: restore it with `git checkout -- {path}`"
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise InputError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from None
    if content is None:
        raise InputError(f"{path} is empty: restore it with `git checkout -- {path}`")
    return content


def in_words(
    error: ValidationError, content: Any, key: str = "", whole: str = "the whole file"
) -> str:
    """All that is wrong with a file, a sentence for each: the key, what was given, what is allowed.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised on ``content``.
    content : Any
        The file as read, or a part of it.
    key : str
        Of the part.
    whole : str
        What to call the content where no key of it is meant.
    """
    return ". ".join(_sentence(problem, content, key, whole) for problem in error.errors())


def _sentence(problem: dict, content: Any, prefix: str, whole: str) -> str:
    dotted, given = _dotted(problem["loc"], content, prefix), repr(problem["input"])
    name = dotted or whole
    match problem["type"]:
        case "missing":
            return f"{dotted}.{problem['loc'][-1]} is missing".removeprefix(".")
        case "extra_forbidden":
            *section, key = problem["loc"]
            close = difflib.get_close_matches(str(key), _all_keys(Section) - {key}, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            return f"{_dotted(tuple(section), content, prefix) or whole} has no key {key!r}{hint}"
        case "value_error":
            return f"{name} {problem['ctx']['error']}"
        case "union_tag_invalid":
            given, allowed = problem["ctx"]["tag"], problem["ctx"]["expected_tags"]
            return f"{name}.{_tag(problem)} is {given!r}; it should be one of {allowed}"
        case "union_tag_not_found":
            return f"{name}.{_tag(problem)} is missing"
        case "string_pattern_mismatch" if problem["loc"][-1] == "[key]":
            rule = "a name here holds letters, digits, '-' and '_', and does not begin with '-'"
            return f"{name}: {rule}"
        case _:
            return f"{name} is {given}; {problem['msg'].replace('Input', 'it', 1)}"


def _tag(problem: dict) -> str:
    """Return the key that tells kinds of a section apart."""
    return problem["ctx"]["discriminator"].strip("'")


def _all_keys(section: type[Section]) -> set[str]:
    """Return the keys of a kind of section and of all kinds derived from it."""
    below = (_all_keys(kind) for kind in section.__subclasses__())
    return set(section.model_fields).union(*below)


def _dotted(location: tuple[str | int, ...], content: Any, prefix: str) -> str:
    """Return the key as the file spells it; a location also holds marks of pydantic's own."""
    keys = [prefix] if prefix else []
    for part in location:
        if isinstance(content, list) or (isinstance(content, dict) and part in content):
            content = content[part]
            keys.append(str(part))
    return ".".join(keys)

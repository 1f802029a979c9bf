"""What DVC writes, dvc.lock above all, and which images it says that results stand for."""

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from denoise.io.errors import InputError

CLEAN = Path("data", "clean")
MODEL = Path("models", "denoiser")
STUDIES = Path("studies")
PARTS = ("deps", "outs")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """PyYAML's loader in C, ten times as fast as ruamel.yaml on the thousands of lines of a lock.

    It reads plain words as YAML 1.2 does, which DVC writes: ``no`` is a name and 1e-07 a number,
    where YAML 1.1 has them the other way round. Parameters are read with ruamel.yaml all the same,
    see `denoise.io.parameters.reading`.
    """

    yaml_implicit_resolvers: ClassVar[dict] = {}


for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    (
        "float",
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


def read_dvc_file(path: Path) -> dict[str, Any]:
    """Return the content of a dvc.yaml or dvc.lock; of an empty one an empty dictionary.

    Raises
    ------
    FileNotFoundError
        When it does not exist.
    InputError
        When it is not what DVC writes, such as one with the marks of a conflict in git.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())
        raise InputError(f"{path} is damaged, restore it with git: {why}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path} is damaged: restore it with git")
    return content


def read_stages(lock: Path) -> dict[str, dict[str, Any]]:
    """Return the stages of a dvc.lock by name; none where it has none, or does not exist.

    Raises
    ------
    InputError
        When it is damaged.
    """
    return (read_dvc_file(lock).get("stages") or {}) if lock.is_file() else {}


def studies_use_same_data(root: Path = Path()) -> bool:
    """Whether the studies were computed from the images that the pipeline last prepared.

    ``root`` is the folder of the repository.
    """
    return _same_recorded(CLEAN, root)


def studies_use_same_model(root: Path = Path()) -> bool:
    """Whether the studies measured the model that the pipeline last trained.

    ``root`` is the folder of the repository.
    """
    return _same_recorded(MODEL, root)


def _same_recorded(path: Path, root: Path) -> bool:
    own, studied = _recorded(root, path), _recorded(root / STUDIES, ".." / path)
    return len(own) == 1 and own == studied


def _recorded(folder: Path, path: Path) -> set[str]:
    """Return DVC's hashes of a path in the lock of a folder; none where a file is damaged.

    DVC keeps in its lock what stages have left that are no more: these do not count.
    """
    try:
        stages = read_stages(folder / "dvc.lock")
        defined = _defined(folder) if (folder / "dvc.yaml").is_file() else stages.keys()
        entries = [
            item
            for name, stage in stages.items()
            if name in defined
            for part in PARTS
            for item in stage.get(part, [])
        ]
        return {entry["md5"] for entry in entries if entry["path"] == path.as_posix()}
    except (InputError, OSError, AttributeError, KeyError, TypeError):
        return set()


def _defined(folder: Path) -> set[str]:
    """Return the names of the stages that the dvc.yaml of a folder has with its params.yaml."""
    parameters, names = read_dvc_file(folder / "params.yaml"), set()
    for name, stage in read_dvc_file(folder / "dvc.yaml")["stages"].items():
        if "foreach" not in stage:
            names.add(name)
            continue
        values = parameters
        for part in stage["foreach"].removeprefix("${").removesuffix("}").split("."):
            values = values[part]
        names |= {f"{name}@{value}" for value in values}
    return names

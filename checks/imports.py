"""Which files of the project a stage really imports: what its deps in dvc.yaml must name."""

import ast
from pathlib import Path

PACKAGES = ("denoise", "stages")


def imported_files(stage: str, root: Path = Path()) -> list[str]:
    """The project's files that ``stages/<stage>.py`` imports, directly or not, and itself.

    Parameters
    ----------
    stage : its name, such as ``"train"``
    root : the project's folder

    Returns
    -------
    sorted paths relative to ``root``; an ``__init__.py`` is left out, as it holds no code
    """
    found: set[Path] = set()
    waiting = [Path("stages") / f"{stage}.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(root / path, root)
    return sorted(path.as_posix() for path in found)


def _imports(path: Path, root: Path) -> list[Path]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
    files = [Path(module.replace(".", "/") + ".py") for module in modules]
    return [file for file in files if file.parts[0] in PACKAGES and (root / file).exists()]

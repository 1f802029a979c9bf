"""Which code a stage runs, by its imports, and dvc.yaml's deps written to match.

    make deps

Folders are named where every stage that uses a package uses most of it, files where one file
belongs to one stage. studies/ names files alone: DVC's ignore rules end at a project's own folder,
so that byte code would count in folders beside it. `denoise.io` is left out: no result hangs on it,
so that an edit of the command line or of the checks of parameters reruns nothing.
"""

import ast
import re
from pathlib import Path

from tools.command_line import run

PIPELINES = ("dvc.yaml", "studies/dvc.yaml")
WHOLE = {
    f"denoise/{name}"
    for name in (
        "backends",
        "corruption",
        "datasets",
        "evaluation",
        "export",
        "networks",
        "storage",
        "training",
    )
}
LEFT_OUT = "denoise/io"
ENVIRONMENT = "stages/environment"  # what a stage finds set, and which instructions it may use


def main() -> None:
    """Rewrite the deps that are code in every dvc.yaml."""
    for path in map(Path, PIPELINES):
        text = path.read_text(encoding="utf-8")
        path.write_text(with_deps(text, "../" * (len(path.parts) - 1)), encoding="utf-8")


def stage_deps(stage: str, root: Path = Path(), folders: bool = True) -> set[str]:
    """Return the code that ``stages/<stage>.py`` uses: files, or where it can be, folders."""
    found: set[Path] = set()
    waiting = [Path("stages") / f"{stage}.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(root / path, root)
    names = {
        path.parent.as_posix() if folders and path.parent.as_posix() in WHOLE else path.as_posix()
        for path in found
    }
    return {name for name in names if not name.startswith(LEFT_OUT)} | {ENVIRONMENT}


def with_deps(pipeline: str, up: str = "", root: Path = Path()) -> str:
    """Return the text of a dvc.yaml with the code that each stage runs in its deps.

    Parameters
    ----------
    pipeline : str
        The text.
    up : str
        From its folder to the repository's: ``""``, or ``"../"`` in a folder below.
    root : Path
        The repository.
    """
    lines, stages, indent = [], set(), None
    for line in pipeline.splitlines():
        if re.match(r"  \w+:$", line):
            stages = set()
        stages |= set(re.findall(r"stages/run (\w+)", line))
        if indent is not None:
            if line.startswith((f"{indent}- {up}denoise/", f"{indent}- {up}stages/")):
                continue
            if not line.startswith(f"{indent}- "):
                code = set().union(*(stage_deps(stage, root, not up) for stage in stages))
                lines += [f"{indent}- {up}{name}" for name in sorted(code)]
                indent = None
        lines.append(line)
        if line.strip() == "deps:":
            indent = " " * (line.index("deps:") + 2)
    return "\n".join(lines) + "\n"


def _imports(path: Path, root: Path) -> list[Path]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
        elif isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
    files = [Path(module.replace(".", "/") + ".py") for module in modules]
    return [
        file for file in files if file.parts[0] in ("denoise", "stages") and (root / file).exists()
    ]


if __name__ == "__main__":
    run(main)

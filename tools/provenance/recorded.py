"""What the dvc.lock at the root records of the last run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from denoise.io.dvc_files import read_stages
from tools.verify import DATA, files_below

LOCK = Path("dvc.lock")


@dataclass(frozen=True)
class Recorded:
    """Outputs, parameters and code of the last run.

    ``outputs`` are paths with DVC's hash of each, ``parameters`` dotted keys with their values,
    ``code`` the files and folders that were run.
    """

    outputs: dict[str, str]
    parameters: dict[str, Any]
    code: list[str]

    def files(self) -> Iterator[Path]:
        """Yield every committed file among the outputs, those in folders too, in order."""
        for path in sorted(self.outputs):
            if not path.startswith(DATA):
                yield from map(Path, files_below(path, Path()))


def read_lock() -> Recorded:
    """Read dvc.lock."""
    stages = read_stages(LOCK).values()
    outputs = {out["path"]: out["md5"] for stage in stages for out in stage["outs"]}
    parameters = {}
    for stage in stages:
        for key, value in stage.get("params", {}).get("params.yaml", {}).items():
            parameters |= dict(_leaves(key, value))
    code = {dep["path"] for stage in stages for dep in stage["deps"]} - outputs.keys()
    return Recorded(outputs, dict(sorted(parameters.items())), sorted(code))


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{key}.{name}", inner)
    else:
        yield key, value

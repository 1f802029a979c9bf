"""Which images the results of a pipeline stand for, by what its dvc.lock records."""

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

CLEAN = "data/clean"


def of_the_same_images(study: Path, root: Path = Path()) -> bool:
    """Whether all of a study was computed from the images that the pipeline last prepared.

    Parameters
    ----------
    study : Path
        A folder with a dvc.lock.
    root : Path
        The repository.
    """
    own, studied = _recorded(root / "dvc.lock"), _recorded(study / "dvc.lock")
    return len(own) == 1 and own == studied


def _recorded(lock: Path) -> set[str]:
    """Return DVC's hashes of data/clean in all stages of a lock; none where there is no lock."""
    try:
        stages = YAML(typ="safe").load(lock)["stages"].values()
    except (OSError, YAMLError):
        return set()
    entries = (item for stage in stages for key in ("deps", "outs") for item in stage.get(key, []))
    return {entry["md5"] for entry in entries if entry["path"] == CLEAN}

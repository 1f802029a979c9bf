"""Check all parameters before DVC reads them, whose own complaint would not say what to do.

python -m tools.parameters
"""

import sys
from pathlib import Path

from denoise.datasets.own import find_own
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import OwnDataset, read_dataset
from denoise.io.parameters.studies import STUDIES, read_studies
from stages.prepare import find_own_path
from tools.command_line import run

OWN = Path("data/own")
NEW = "unknown"  # what docs/data.md has the user write for a SHA-256


def check_own(folder: Path) -> None:
    """Refuse what is no file in the folder of one's own data: DVC would read it, and wait for ever.

    Raises
    ------
    InputError
        When there is a pipe, a socket or a device.
    """
    for path in sorted(folder.rglob("*")):
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise InputError(
                f"{path} is a pipe, a socket or a device, which DVC would wait for: move it"
                f" elsewhere, as {folder} is for files alone"
            )


def introduce(name: str, dataset: OwnDataset) -> None:
    """Tell the next step with a data set of one's own whose SHA-256 nobody has written down yet.

    Raises
    ------
    InputError
        Always.
    """
    path = find_own_path(name, dataset.path, OWN)
    try:
        find_own(name, dataset.model_copy(update={"path": str(path)}))
    except InputError as error:
        raise InputError(f"The data set {name!r} is new. {error}") from None


def main() -> None:
    """Check the parameters, and what they name; exit with a sentence where something is wrong."""
    try:
        studies = read_studies(STUDIES)
        name = studies.pipeline.prepare.dataset
        dataset = read_dataset(Path("datasets.yaml"), name)
        check_own(OWN)
        if isinstance(dataset, OwnDataset) and dataset.sha256 == NEW:
            introduce(name, dataset)
    except InputError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    run(main)

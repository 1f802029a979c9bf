"""prepare: find the data set that params.yaml names, check every byte, and unpack it."""

import os
from pathlib import Path, PurePosixPath

from denoise.datasets.clipping import tell_clipped
from denoise.datasets.registry import find_dataset
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import OwnDataset, read_dataset
from denoise.io.parameters.pipeline import Parameters
from denoise.storage.arrays import write_arrays


def prepare(parameters: Parameters, datasets: Path, own: Path, clean: Path) -> None:
    """Leave the data set's uint8 arrays in ``clean``; of labels, if there are any.

    Of patches a table beside them says which picture each was cut out of, and where.
    Where noise was cut off, and estimates will be wrong by that, a line says so.

    ``datasets`` is datasets.yaml, ``own`` the folder for data sets of one's own.
    """
    name = parameters.prepare.dataset
    dataset = read_dataset(datasets, name)
    if isinstance(dataset, OwnDataset):
        path = find_own_path(name, dataset.path, own)
        dataset = dataset.model_copy(update={"path": str(path)})
    write_arrays(find_dataset(name, dataset), clean)
    if warning := tell_clipped(clean):
        print(f"{warning}.", flush=True)


def find_own_path(name: str, path: str, own: Path) -> Path:
    """Return where one's own data lie: under `dvc exp run --temp` and `--queue`, in the checkout.

    DVC works there in a copy below .dvc/tmp, without the files that git ignores. Which bytes are
    meant says their SHA-256 in datasets.yaml.

    Raises
    ------
    InputError
        When the path leads out of ``own``, where DVC would not notice a change.
    """
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or path.startswith(("/", "~")):
        raise InputError(
            f"{name}.path is {path!r} in datasets.yaml; it must name a file or folder below {own}"
        )
    found = own / path
    checkout, below, _ = str(Path.cwd()).partition(f"{os.sep}.dvc{os.sep}tmp{os.sep}")
    return Path(checkout) / found if below and not found.exists() else found


if __name__ == "__main__":
    run_stage(prepare)

"""train_pictures: train a model on patches of photographs."""

import shutil
from pathlib import Path

from denoise.datasets.registry import find_dataset
from denoise.io.command_line import run_stage
from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.storage.arrays import write_arrays
from stages.generate import generate
from stages.train import train_and_save


def train_pictures(
    studies: Studies, datasets: Path, data: Path, model: Path, curve: Path, checkpoints: Path
) -> None:
    """Leave the model, which takes tiles, and the loss curve; patches are not kept."""
    parameters, name = studies.of_pictures(), studies.pictures.dataset
    clean, noisy = data / "clean", data / "noisy"
    write_arrays(find_dataset(name, read_dataset(datasets, name)), clean)
    generate(parameters, clean, noisy)
    unfinished = train_and_save(parameters, clean, noisy, model, curve, checkpoints)
    shutil.rmtree(data)
    unfinished.discard()


if __name__ == "__main__":
    run_stage(train_pictures, read_studies, STUDIES)

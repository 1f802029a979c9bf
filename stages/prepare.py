"""prepare: find the images, check every byte, and unpack them."""

from pathlib import Path

from denoise.datasets.registry import find_dataset
from denoise.io.arrays import write_arrays
from denoise.io.command_line import run_stage
from denoise.io.parameters import Parameters


def prepare(parameters: Parameters, clean: Path) -> None:
    """Leave the chosen data set's uint8 arrays in ``clean``; of labels, if there are any."""
    write_arrays(find_dataset(parameters.prepare.dataset, parameters.dataset), clean)


if __name__ == "__main__":
    run_stage(prepare)

"""prepare: find the images, prove every byte, and unpack them."""

from pathlib import Path

from denoise.arrays import write_arrays
from denoise.mnist import find_mnist
from denoise.parameters import Parameters
from stages.command import run_stage


def prepare(parameters: Parameters, clean: Path) -> None:
    """Leave the chosen data set's four uint8 arrays in ``clean``."""
    if parameters.prepare.dataset == "mnist":
        arrays = find_mnist(parameters.prepare.sources)
    else:
        from denoise.digits import find_digits  # scikit-learn takes two seconds to import

        arrays = find_digits()
    write_arrays(arrays, clean)


if __name__ == "__main__":
    run_stage(prepare)

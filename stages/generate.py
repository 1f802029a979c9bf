"""generate: blur and add white noise to several copies of every training image."""

from pathlib import Path

from denoise.corruption.noisy_set import write_noisy_set
from denoise.io.arrays import read_array
from denoise.io.command_line import run_stage
from denoise.io.parameters import Parameters


def generate(parameters: Parameters, clean: Path, noisy: Path) -> None:
    """Leave the noisy training images, and how each was corrupted, in ``noisy``."""
    images = read_array(clean, "train_images")
    noise = parameters.noise
    write_noisy_set(
        noisy, images, noise.copies, noise.blur, noise.amplitude, noise.kind, parameters.seed
    )


if __name__ == "__main__":
    run_stage(generate)

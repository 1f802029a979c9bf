"""generate: blur and add white noise to several copies of every training image.

Where the data set came with noisy pictures and ``noise.kind`` is ``given``, those are taken.
"""

from pathlib import Path

from denoise.corruption.noisy_set import write_given_set, write_noisy_set
from denoise.io.command_line import run_stage
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN
from denoise.io.parameters.pipeline import Parameters
from denoise.storage.arrays import has_clean, read_array, read_noisy


def generate(parameters: Parameters, clean: Path, noisy: Path) -> None:
    """Leave the noisy training images, and how each was corrupted, in ``noisy``."""
    noise, given = parameters.noise, read_noisy(clean, "train")
    if noise.kind == GIVEN:
        if given is None:
            raise InputError(
                "noise.kind is 'given' in params.yaml, and the data set came with no noisy"
                " pictures: name another kind, or a data set of the format pairs"
            )
        if len(given) != noise.copies:
            raise InputError(
                f"noise.copies is {noise.copies} in params.yaml, and the data set came with"
                f" {len(given)} noisy pictures of each: set it to {len(given)}"
            )
        write_given_set(noisy, given)
        return
    if not has_clean(clean):
        raise InputError(
            f"noise.kind is {noise.kind!r} in params.yaml, and the data set has no clean pictures"
            " to add noise to: set it to 'given'"
        )
    images = read_array(clean, "train_images")
    write_noisy_set(
        noisy, images, noise.copies, noise.blur, noise.amplitude, noise.kind, parameters.seed
    )


if __name__ == "__main__":
    run_stage(generate)

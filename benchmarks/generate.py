"""How much faster the generate stage is than the article's loop over images.

    make bench

Both corrupt the same MNIST images. Ours is timed with all it does: four copies to float16 on
disk, and the table. The loop is timed on a share of the images, as its time is proportional to
their number, with its result left in memory.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import ndimage

from benchmarks.machine import describe
from benchmarks.ratios import ratios
from denoise.corruption.noisy_set import write_noisy_set
from denoise.io.parameters.pipeline import read_parameters
from denoise.reporting.result_tables import to_markdown
from denoise.storage.arrays import read_array
from tools.command_line import run

ROUNDS = 5
LOOP_IMAGES = 6000


def articles_loop(images: np.ndarray, blur: list[float], amplitude: list[float]) -> None:
    """Do what the article does to every image, one after the other."""
    rng = np.random.default_rng(0)
    noisy = images.astype(np.float32) / 255
    for image in noisy:
        image[...] = ndimage.gaussian_filter(image, sigma=rng.uniform(*blur))
        strength = rng.uniform(*amplitude)
        image[...] = image + rng.uniform(-strength, strength, size=image.shape)


def main() -> None:
    """Time both alternately and print the median, lowest and highest ratio of a round."""
    noise = read_parameters(Path("params.yaml")).noise
    images = read_array(Path("data/clean"), "train_images")
    loops, ours = [], []
    with tempfile.TemporaryDirectory(dir="data") as folder:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            articles_loop(images[:LOOP_IMAGES], noise.blur, noise.amplitude)
            share = noise.copies * len(images) / LOOP_IMAGES
            loops.append((time.perf_counter() - start) * share)
            start = time.perf_counter()
            target = Path(folder) / "noisy"
            write_noisy_set(
                target, images, noise.copies, noise.blur, noise.amplitude, noise.kind, seed=0
            )
            ours.append(time.perf_counter() - start)
    print(describe("numpy", "scipy"))
    first = f"{noise.copies * len(images):,} samples; median (lowest to highest) of {ROUNDS} rounds"
    row = {first: "the article's loop over images, in units of generate"}
    print(to_markdown(pd.DataFrame([row | {"ratio": ratios(loops, ours)}])))


if __name__ == "__main__":
    run(main)

"""What the code holds is measured on data of one's own classes, however few."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from denoise.io.parameters.pipeline import read_parameters
from denoise.storage.arrays import write_arrays
from stages.latent import latent

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("classes", [1, 2, 3])
def test_the_probe_takes_any_number_of_classes_and_says_where_there_is_but_one(tmp_path, classes):
    labels = np.arange(150, dtype=np.uint8) % classes
    images = np.random.default_rng(0).integers(0, 60, (150, 28, 28), dtype=np.uint8)
    for number, image in zip(labels, images, strict=True):
        image[4 + 8 * number : 8 + 8 * number, 4:24] = 255
    parts = ("train", "test")
    arrays = {f"{part}_images": images for part in parts}
    write_arrays(arrays | {f"{part}_labels": labels for part in parts}, tmp_path / "clean")
    latent(
        read_parameters(ROOT / "params.yaml"),
        tmp_path / "clean",
        ROOT / "models" / "denoiser",
        ROOT / "models" / "classifier",
        tmp_path / "latent",
    )
    probe = pd.read_csv(tmp_path / "latent" / "probe.csv")
    assert Image.open(tmp_path / "latent" / "units.png").width > 300
    if classes == 1:
        assert probe.empty
    else:
        assert probe.set_index("level").loc["1-faint", "code"] > 0.95

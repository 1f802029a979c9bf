"""The picture to try the command on is what its program draws, and is read right."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from denoise.datasets.sklearn_digits import find_digits
from tools.noisy_digit import DIGIT, PICTURE, draw_page

ROOT = Path(__file__).parents[2]


def test_the_committed_picture_is_what_the_program_draws():
    committed = np.asarray(Image.open(ROOT / PICTURE)).astype(int)
    np.testing.assert_allclose(committed, draw_page(), atol=1)


def test_the_command_in_the_readme_reads_its_digit(tmp_path):
    (command,) = [
        line.removeprefix("$ .venv/bin/python ")
        for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        if "-m denoise docs/" in line
    ]
    arguments = [str(tmp_path) if each == "clean" else each for each in command.split()]
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    digit = find_digits()["test_labels"][DIGIT]
    about, noise = result.stdout.splitlines()  # and no warning
    assert f"read as {digit} (" in about
    assert "that denoiser was trained on" in noise
    assert (tmp_path / PICTURE.name).exists()

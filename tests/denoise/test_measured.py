"""A table of methods and the scores of single images lie side by side, and belong together."""

import re

import numpy as np
import pandas as pd
import pytest

from denoise.evaluation.measured import (
    SCORES,
    as_row,
    read_left_out,
    read_levels,
    read_measured,
    write_measured,
)
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level

FIGURES = pd.DataFrame(
    {
        "bce": [0.12, 0.2, 0.3],
        "bce_excess": [0.01, 0.02, 0.03],
        "mse": [0.01, 0.02, 0.03],
        "psnr": [20.015, 17.0, 100.0],
        "ssim": [0.9, 0.8, -0.1],
        "legibility": [1.0, 0.0, 1.0],
    }
)
LEVELS = {"1-a": Level(blur=0.5, amplitude=0.4, kind="uniform")}


def write(path, *methods, figures=FIGURES):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_measured([{"method": method, **as_row(figures)} for method in methods], path)


def test_what_is_written_is_read_with_every_image(tmp_path):
    write(tmp_path / "a.csv", "x", "y")
    table = read_measured(tmp_path / "a.csv")
    assert table["method"].tolist() == ["x", "y"]
    assert table["psnr"][0] == pytest.approx(FIGURES["psnr"].mean(), abs=1e-6)
    scores = table[SCORES][1]
    assert scores["legibility"].tolist() == [True, False, True]
    np.testing.assert_allclose(scores["psnr"], FIGURES["psnr"], rtol=2**-11)
    assert (tmp_path / "a.npy").stat().st_size < 300  # a header, and seven bytes an image


def test_without_labels_there_is_no_legibility(tmp_path):
    write(tmp_path / "a.csv", "x", figures=FIGURES.drop(columns="legibility"))
    assert read_measured(tmp_path / "a.csv")[SCORES][0].dtype.names == ("psnr", "ssim", "bce")


def test_the_same_figures_are_the_same_bytes(tmp_path):
    write(tmp_path / "a.csv", "x")
    write(tmp_path / "b.csv", "x")
    assert (tmp_path / "a.npy").read_bytes() == (tmp_path / "b.npy").read_bytes()


@pytest.mark.parametrize("damage", ["missing", "cut", "of another table", "empty"])
def test_scores_that_do_not_belong_to_the_table_are_refused(tmp_path, damage):
    write(tmp_path / "a.csv", "x", "y")
    beside = tmp_path / "a.npy"
    if damage == "missing":
        beside.unlink()
    elif damage == "of another table":
        write(tmp_path / "b.csv", "x")
        beside.write_bytes((tmp_path / "b.npy").read_bytes())
    else:
        beside.write_bytes(beside.read_bytes()[: 100 if damage == "cut" else 0])
    with pytest.raises(InputError, match=r"a\.npy is missing, or not of the rows of .*a\.csv"):
        read_measured(tmp_path / "a.csv")


def test_levels_are_read_with_what_they_are(tmp_path):
    write(tmp_path / "own" / "1-a.csv", "net")
    write(tmp_path / "filters" / "1-a.csv", "noisy", "linear")
    table = read_levels(LEVELS, tmp_path / "own", tmp_path / "filters")
    assert table["method"].tolist() == ["net", "noisy", "linear"]
    columns = ["level", "blur", "amplitude", "kind", "method", "images"]
    assert table.columns[:6].tolist() == columns
    assert table.iloc[2][columns].tolist() == ["1-a", 0.5, 0.4, "uniform", "linear", 3]


def test_a_method_that_was_left_out_says_why_and_is_not_compared(tmp_path):
    rows = [{"method": "x", **as_row(FIGURES)}, {"method": "y", "left_out": "too large"}]
    (tmp_path / "filters").mkdir()
    write_measured(rows, tmp_path / "filters" / "1-a.csv")
    written = (tmp_path / "filters" / "1-a.csv").read_text(encoding="utf-8").splitlines()
    assert written[1].startswith("x,3,")
    assert re.fullmatch("y,+too large", written[2])
    table = read_levels(LEVELS, tmp_path / "filters")
    assert table["method"].tolist() == ["x"]
    assert table["images"].dtype == int
    assert "left_out" not in table
    assert read_left_out(LEVELS, tmp_path / "filters") == {"y": "too large"}

"""The tables call nothing a win that the test images do not decide."""

import pandas as pd

from denoise.quality import FIGURES
from denoise.results import leaders, side_by_side


def row(method, value, reach, white="uniform"):
    figures = {}
    for name in FIGURES:
        figures |= {name: value, f"{name}_low": value - reach, f"{name}_high": value + reach}
    return {
        "level": "1-faint",
        "blur": 0.5,
        "amplitude": 0.4,
        "white": white,
        "method": method,
        **figures,
    }


TABLE = pd.DataFrame([row("a", 3.0, 0.1), row("b", 2.9, 0.05), row("c", 2.5, 0.1)])


def test_methods_whose_intervals_overlap_with_the_bests_lead_with_it():
    assert leaders(TABLE, "psnr", more=True).tolist() == [True, True, False]
    assert leaders(TABLE, "bce", more=False).tolist() == [False, False, True]


def test_a_cell_is_a_mean_and_how_far_its_interval_reaches():
    psnr = side_by_side(TABLE).split("### ")[1].splitlines()
    assert psnr[0] == "PSNR, dB"
    assert psnr[4] == "| 1-faint | 0.5 | ± 0.4 | **3.00** ± 0.10 | **2.90** ± 0.05 | 2.50 ± 0.10 |"


def test_noise_of_another_kind_is_named():
    other = side_by_side(pd.DataFrame([row("a", 3.0, 0.1, white="speckle")]))
    assert "| 1-faint | 0.5 | speckle 0.4 | **3.00** ± 0.10 |" in other

"""The tables call nothing a win that the test images do not decide."""

import pandas as pd

from denoise.evaluation.metrics import FIGURES
from denoise.reporting.overview import overview_as_markdown
from denoise.reporting.result_tables import side_by_side
from denoise.reporting.seed_spread import spread_as_markdown, spread_over_seeds
from tests.markdown import cells


def row(method, value, reach, kind="uniform", best=False):
    figures = {}
    for name in FIGURES:
        figures |= {name: value, f"{name}_low": value - reach, f"{name}_high": value + reach}
        figures |= {f"{name}_best": best}
    return {
        "level": "1-faint",
        "blur": 0.5,
        "amplitude": 0.4,
        "kind": kind,
        "method": method,
        **figures,
    }


TABLE = pd.DataFrame(
    [row("a", 3.0, 0.1, best=True), row("b", 2.9, 0.05, best=True), row("c", 2.5, 0.1)]
)


def test_a_cell_is_a_mean_and_how_far_its_interval_reaches():
    levels, psnr, *_ = side_by_side(TABLE).split("### ")
    assert levels.endswith(": 1-faint: σ 0.5, ± 0.4.\n\n")
    assert psnr.startswith("PSNR, dB\n")
    assert cells(psnr) == [
        ["method", "1-faint"],
        ["a", "**3.00** ± 0.10"],
        ["b", "**2.90** ± 0.05"],
        ["c", "2.50 ± 0.10"],
    ]


def test_noise_of_another_kind_is_named():
    other = side_by_side(pd.DataFrame([row("a", 3.0, 0.1, kind="speckle")]))
    assert "1-faint: σ 0.5, speckle 0.4." in other


def test_an_untouched_clean_image_has_no_psnr():
    table = pd.DataFrame([row("noisy", 100.0, 0.0), row("a", 20.0, 0.1, best=True)])
    psnr = cells(side_by_side(table).split("### ")[1])
    assert [cell for _, cell in psnr[1:]] == ["untouched", "**20.00** ± 0.10"]


def test_what_was_trained_several_times_is_named_as_a_mean():
    table = pd.DataFrame([row("net", 3.0, 0.1), row("wiener", 2.0, 0.1)]).assign(trainings=[5, 1])
    psnr = cells(side_by_side(table).split("### ")[1])
    assert [cell for cell, _ in psnr[1:]] == ["net, mean of 5", "wiener"]


def test_the_overview_sets_the_best_filter_beside_what_is_linear_and_what_was_trained():
    rows = [row("net", 18.0, 0.1), row("noisy", 9.0, 0.1), row("median", 11.0, 0.1)]
    rows += [row("wiener", 13.0, 0.1), row("blind", 14.0, 0.1), row("linear", 16.0, 0.1)]
    rows += [row("mixture", 17.0, 0.1), row("training images", 15.0, 0.1)]  # no filters
    first, second = cells(overview_as_markdown(pd.DataFrame(rows), ["net"]))
    assert first == ["level", "noisy", "best linear", "best filter", "net"]
    assert second[0] == "1-faint"
    values = [cell.split(" / ")[0] for cell in second[1:]]
    assert values == ["9.00", "16.00", "13.00", "18.00"]
    clean = overview_as_markdown(pd.DataFrame([*rows[1:], row("net", 100.0, 0.0)]), ["net"])
    assert cells(clean)[1][-1] == "– / 100.000"


def test_the_spread_over_seeds_is_of_trainings_not_of_images():
    trainings = pd.DataFrame(
        [{**row("a", value, 9.0), "model": "net"} for value in (17.0, 18.0, 19.0)]
    )
    spread = spread_over_seeds(trainings)
    found = spread.loc[0, ["trainings", "psnr_mean", "psnr_std", "psnr_min", "psnr_max"]]
    assert found.tolist() == [3, 18.0, 1.0, 17.0, 19.0]
    assert cells(spread_as_markdown(spread))[:2] == [
        ["level", "net, 3 seeds"],
        ["1-faint", "18.00 ± 1.00"],
    ]

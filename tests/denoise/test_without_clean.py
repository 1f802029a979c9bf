"""Without clean images the error is estimated by a second noisy picture, and called an estimate."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from denoise.evaluation.measured import as_row
from denoise.evaluation.metrics import means, means_with_intervals
from denoise.evaluation.without_clean import measure_by_copy
from denoise.io.parameters.pipeline import read_parameters
from denoise.reporting.leaders import mark_leaders
from denoise.reporting.overview import overview_as_markdown
from denoise.reporting.result_tables import side_by_side
from tests.markdown import cells
from tools.provenance.hub import front_matter
from tools.provenance.model_card import quality

RANDOM = np.random.default_rng(0)
STD, ERROR = 0.1, 0.05
CLEAN = RANDOM.random((40, 32, 32))
NOISY, COPY, DENOISED, WORSE = (
    CLEAN + RANDOM.normal(0, std, CLEAN.shape) for std in (STD, STD, ERROR, 2 * ERROR)
)
LEVEL = {"level": "came", "blur": 0.0, "amplitude": 0.0, "kind": "given"}


def row(method, images):
    return {**LEVEL, "method": method, **as_row(measure_by_copy(images, NOISY, COPY))}


def test_the_estimate_is_the_error_that_nobody_could_know():
    found = means_with_intervals(measure_by_copy(DENOISED, NOISY, COPY))
    assert found["mse_estimate"] == pytest.approx(ERROR**2, rel=0.05)
    assert found["mse_estimate_low"] < ERROR**2 < found["mse_estimate_high"]
    assert found["psnr_estimate"] == pytest.approx(-20 * math.log10(ERROR), abs=0.2)
    assert found["psnr_estimate_low"] < found["psnr_estimate"] < found["psnr_estimate_high"]
    untouched = means(measure_by_copy(NOISY, NOISY, COPY))
    assert untouched["psnr_estimate"] == pytest.approx(-20 * math.log10(STD), abs=0.1)


def test_an_error_below_nothing_has_no_psnr():
    by_chance = pd.DataFrame({"mse_estimate": [-0.002, 0.001]})
    assert means(by_chance) == {"mse_estimate": pytest.approx(-0.0005)}
    assert math.isnan(means_with_intervals(by_chance)["psnr_estimate"])
    always = pd.DataFrame({"mse_estimate": [-0.002, -0.001]})
    for errors, told in ((by_chance, "**at least 30.00**"), (always, "too near to tell")):
        text = side_by_side(
            mark_leaders(pd.DataFrame([{**LEVEL, "method": "a", **as_row(errors)}]))
        )
        assert cells(text)[1:] == [["a", told]]


def test_an_interval_without_an_upper_end_is_shown_as_such():
    errors = [-0.01, -0.008, 0.004, 0.006, 0.012, 0.009, -0.004, 0.005]
    figures = as_row(pd.DataFrame({"mse_estimate": errors}))
    table = mark_leaders(pd.DataFrame([{**LEVEL, "method": "net", **figures}]))
    told = "27.57{} (at least 21.63)"
    text = side_by_side(table)
    assert cells(text)[1:] == [["net", told.format("**").replace("27", "**27")]]
    assert "`at least` is the lower end of an interval that has no upper one" in text
    card = quality(table, "net")
    assert cells(card)[1:] == [["came", "as it came", told.format("")]]
    assert "`at least` is the lower end" in card
    assert "at least" not in side_by_side(mark_leaders(pd.DataFrame([row("net", DENOISED)])))


def test_the_hub_is_told_no_psnr_of_an_error_below_nothing():
    parameters = read_parameters(Path("params.yaml"))
    figures = as_row(pd.DataFrame({"mse_estimate": [-0.002, 0.001]}))
    table = pd.DataFrame([{**LEVEL, "method": parameters.model.architecture, **figures}])
    (model,) = YAML(typ="safe").load(front_matter(parameters, table))["model-index"]
    assert [result["metrics"] for result in model["results"]] == [[]]


def test_tables_say_that_it_is_an_estimate_and_mark_the_best():
    table = mark_leaders(
        pd.DataFrame([row("net", DENOISED), row("noisy", NOISY), row("wiener", WORSE)])
    )
    reasons = {"linear": "it learns from clean images, and the data set has none"}
    text = side_by_side(table, reasons)
    assert "The data has no clean images. The error to them is estimated" in text
    assert "### Estimated PSNR, dB" in text
    assert "### PSNR" not in text
    shown = dict(cells(text.split("### ")[1].split("Left out")[0])[1:])
    assert re.fullmatch(r"\*\*2[56]\.\d\d\*\* ± 0\.\d\d", shown["net"])
    assert re.match(r"(19|20)\.", shown["wiener"])
    assert text.endswith(
        "Left out:\n\n- `linear`: it learns from clean images, and the data set has none.\n"
    )
    overview = cells(overview_as_markdown(table, ["net"]))
    assert overview[0] == ["level", "noisy", "best filter", "net"]
    assert overview[1][0] == "came"


def test_the_best_filter_has_the_least_error_below_nothing_too():
    near = pd.DataFrame({"mse_estimate": [-0.002, 0.001]})
    rows = [row("noisy", NOISY), {**LEVEL, "method": "median", **as_row(near)}]
    rows += [row("wiener", WORSE), row("net", DENOISED)]
    for some in (rows, [rows[0], rows[1], rows[3]]):
        first = cells(overview_as_markdown(pd.DataFrame(some), ["net"]))[1]
        assert first[2] == "too near to tell"

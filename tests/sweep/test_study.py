"""The study compares settings level by level, and asks for noise that can be."""

import pandas as pd
import pytest
from ruamel.yaml import YAML

from denoise.errors import InputError
from sweep.experiments import Experiment
from sweep.matrix import draw, tables
from sweep.study import quote, read_study

RESULTS = pd.DataFrame(
    [
        {"setting": setting, "level": level, "psnr": psnr, "legibility": 0.5}
        | {"blur": "0 to 2", "noise": "± 1"}
        for setting, level, psnr in (
            ("narrow", "0-clean", 20.0),
            ("narrow", "1-faint", 15.0),
            ("wide", "0-clean", 19.0),
            ("wide", "1-faint", 15.05),
        )
    ]
)
for figure in ("psnr", "legibility"):
    RESULTS[f"{figure}_low"] = RESULTS[figure] - 0.1
    RESULTS[f"{figure}_high"] = RESULTS[figure] + 0.1


def test_a_setting_that_intervals_do_not_tell_from_the_best_is_bold_too():
    assert tables(RESULTS).splitlines()[:6] == [
        "**PSNR, dB**",
        "",
        "| trained on | blur σ | noise | 0-clean | 1-faint |",
        "| --- | --- | --- | ---: | ---: |",
        "| narrow | 0 to 2 | ± 1 | **20.00** | **15.00** |",
        "| wide | 0 to 2 | ± 1 | 19.00 | **15.05** |",
    ]


def test_the_picture_has_the_same_bytes_each_time(tmp_path):
    draw(RESULTS, tmp_path / "a.png")
    draw(RESULTS, tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_new_tables_replace_the_last_ones(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- matrix -->\nold\n<!-- /matrix -->\nafter\n")
    quote("new\n", page)
    assert page.read_text() == "before\n<!-- matrix -->\nnew\n<!-- /matrix -->\nafter\n"


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"a": {"blur": [2.0, 1.0]}}, r"settings\.a: blur .*"),
        ({"a": {"amplitud": [0.0, 1.0]}}, r"settings\.a.*amplitud"),
        ({"a b": {"blur": [0.0, 1.0]}}, "a b"),
    ],
)
def test_noise_that_cannot_be_is_refused_in_a_sentence(tmp_path, settings, complaint):
    path = tmp_path / "settings.yaml"
    YAML().dump({"changes": {}, "settings": settings}, path)
    with pytest.raises(InputError, match=complaint) as refusal:
        read_study(path)
    assert "\n" not in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_a_change_to_what_is_no_parameter_is_refused():
    for key in ("recipes.quick.epoch", "recipes.quik.epochs"):
        with pytest.raises(InputError, match=key):
            Experiment("a", {key: 3}).made_of  # noqa: B018  what it is made of is looked up

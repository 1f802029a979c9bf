"""Gains say what a model has more than published figures, and whether that is sure."""

import pandas as pd
import pytest

from denoise.reporting.figures_gains import draw_gains
from denoise.reporting.gains import gains_as_markdown, gains_over
from tests.markdown import cells

PUBLISHED = pd.DataFrame(
    {
        "level": ["faint", "strong"],
        "psnr": [18.0, 13.0],
        "ssim": [0.8, 0.4],
        "legibility": [0.9, 0.5],
        "bce": [0.11, 0.21],
    }
)


def measured(level, method, psnr, bce):
    figures = {"psnr": psnr, "ssim": 0.5, "legibility": 0.5, "bce": bce}
    ends = {f"{name}_low": value - 0.04 for name, value in figures.items()}
    ends |= {f"{name}_high": value + 0.02 for name, value in figures.items()}
    return {"level": level, "method": method, **figures, **ends}


MEASURED = pd.DataFrame(
    [
        measured("faint", "quick", 18.5, 0.05),
        measured("faint", "long", 18.03, 0.1),
        measured("strong", "quick", 12.5, 0.3),
        measured("strong", "long", 13.0, 0.21),
    ]
)


def test_gains_are_ours_less_theirs_with_the_same_interval():
    table = gains_over(PUBLISHED, MEASURED).set_index(["level", "method"])
    long = table.loc["faint", "long"]
    assert long[["psnr_published", "psnr", "psnr_low", "psnr_high"]].to_list() == pytest.approx(
        [18.0, 0.03, -0.01, 0.05]
    )
    assert table.loc[("strong", "quick"), "bce"] == pytest.approx(0.09)


def test_only_what_the_interval_makes_sure_is_marked():
    tables = gains_as_markdown(gains_over(PUBLISHED, MEASURED)).split("###")
    assert cells(tables[1]) == [
        ["level", "published", "quick", "long"],
        ["faint", "18.00", "**+0.50 ± 0.04**", "+0.03 ± 0.04"],
        ["strong", "13.00", "(-0.50 ± 0.04)", "+0.00 ± 0.04"],
    ]
    assert cells(tables[4])[1:] == [
        ["faint", "0.1100", "**-0.0600 ± 0.0400**", "-0.0100 ± 0.0400"],
        ["strong", "0.2100", "(+0.0900 ± 0.0400)", "+0.0000 ± 0.0400"],
    ]


def test_the_picture_is_the_same_bytes_for_the_same_gains(tmp_path):
    table = gains_over(PUBLISHED, MEASURED)
    for name in ("one.png", "two.png"):
        draw_gains(table, tmp_path / name)
    other = gains_over(PUBLISHED, MEASURED.assign(psnr=MEASURED["psnr"] + 0.01))
    draw_gains(other, tmp_path / "other.png")
    one, two, three = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert one == three != two

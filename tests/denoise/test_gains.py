"""Gains say what models have more than published figures, and whether luck may have done it."""

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


def measured(level, method, seed, psnr, bce):
    figures = {"psnr": psnr, "ssim": 0.5, "legibility": 0.5, "bce": bce}
    ends = {f"{name}_low": value - 0.04 for name, value in figures.items()}
    ends |= {f"{name}_high": value + 0.02 for name, value in figures.items()}
    return {"level": level, "method": method, "seed": seed, **figures, **ends}


MEASURED = pd.DataFrame(
    [
        measured("faint", "quick", 1, 18.5, 0.05),
        measured("faint", "quick", 2, 18.3, 0.04),
        measured("faint", "long", 1, 18.3, 0.05),
        measured("faint", "long", 2, 18.03, 0.1),
        measured("faint", "once", 1, 19.0, 0.01),
        measured("strong", "quick", 1, 12.5, 0.3),
        measured("strong", "quick", 2, 12.9, 0.4),
        measured("strong", "long", 1, 12.9, 0.3),
        measured("strong", "long", 2, 13.1, 0.1),
        measured("strong", "once", 1, 14.0, 0.01),
    ]
)


def test_gains_are_ours_less_theirs_with_the_same_interval():
    table = gains_over(PUBLISHED, MEASURED).set_index(["level", "method", "seed"])
    long = table.loc["faint", "long", 2]
    assert long[["psnr_published", "psnr", "psnr_low", "psnr_high"]].to_list() == pytest.approx(
        [18.0, 0.03, -0.01, 0.05]
    )
    assert table.loc[("strong", "quick", 1), "bce"] == pytest.approx(0.09)


def test_only_what_every_training_has_for_sure_is_marked():
    tables = gains_as_markdown(gains_over(PUBLISHED, MEASURED)).split("###")
    assert cells(tables[1]) == [
        ["level", "published", "quick, 2 trainings", "long, 2 trainings", "once, 1 training"],
        ["faint", "18.00", "**+0.40** (+0.30 to +0.50)", "+0.17 (+0.03 to +0.30)", "+1.00"],
        ["strong", "13.00", "*-0.30* (-0.50 to -0.10)", "+0.00 (-0.10 to +0.10)", "+1.00"],
    ]
    faint, strong = cells(tables[4])[1:]  # of the cross-entropy, where less is better
    assert faint[2] == "**-0.0650** (-0.0700 to -0.0600)"
    assert strong[2:4] == ["*+0.1400* (+0.0900 to +0.1900)", "-0.0100 (-0.1100 to +0.0900)"]


def test_the_picture_is_the_same_bytes_for_the_same_gains(tmp_path):
    table = gains_over(PUBLISHED, MEASURED)
    for name in ("one.png", "two.png"):
        draw_gains(table, tmp_path / name)
    other = gains_over(PUBLISHED, MEASURED.assign(psnr=MEASURED["psnr"] + 0.01))
    draw_gains(other, tmp_path / "other.png")
    one, two, three = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert one == three != two

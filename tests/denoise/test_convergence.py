"""Loss curves of recipes, side by side: where they end, and when one is as good as another."""

import pandas as pd
import pytest

from denoise.reporting.convergence import convergence, convergence_as_markdown
from denoise.reporting.figures_convergence import draw_convergence
from tests.markdown import cells


def curve(method, updates, noisy, seed=7):
    losses = {"loss": 0.2, "val_noisy_loss": noisy, "val_loss": 0.11}
    of = {"method": method, "recipe": f"{method}'s", "seed": seed, "updates": updates}
    return pd.DataFrame(of | losses)


SHORT = curve("short", [100, 200], [0.20, 0.15])
SLOW = curve("slow", [1000, 2000, 3000], [0.19, 0.14, 0.16])
WORSE = curve("worse", [1000, 2000, 3000], [0.19, 0.17, 0.21])
CURVES = pd.concat([SHORT, SLOW, WORSE], ignore_index=True)
PUBLISHED = pd.DataFrame(
    [
        {"updates": 2500, "loss": "loss", "low": 0.13, "high": 0.13},
        {"updates": 2500, "loss": "val_loss", "low": 0.105, "high": 0.11},
    ]
)


def test_the_reference_is_as_good_from_the_first_epoch_that_is():
    ends = convergence(CURVES, "slow").set_index("method")
    assert ends["updates"].to_dict() == {"short": 200, "slow": 3000, "worse": 3000}
    assert ends.loc["slow", "val_noisy_loss"] == 0.16  # the last, not the best
    assert ends["reference_updates"].to_dict() == {"short": 2000, "slow": 2000, "worse": 2000}
    lowest = ends["lowest_noisy_loss"].to_dict()
    assert lowest == {"short": 0.15, "slow": 0.14, "worse": 0.17}


def test_an_unlucky_last_epoch_does_not_make_the_reference_look_quicker():
    quick = curve("quick", [10, 20, 30], [0.20, 0.18, 0.16])
    ends = convergence(pd.concat([quick, WORSE]), "quick").set_index("method")
    assert ends.loc["worse", "reference_updates"] == 30  # as good as .17, not as .21


def test_the_reference_is_the_mean_of_its_trainings_and_told_is_how_many_reach_it():
    lucky = curve("short", [100, 200], [0.16, 0.13], seed=8)
    ends = convergence(pd.concat([CURVES, lucky]), "short").set_index("method")
    assert ends["trainings"].to_dict() == {"short": 2, "slow": 1, "worse": 1}
    assert ends.loc["short", "val_noisy_loss"] == pytest.approx(0.14)
    # By the mean 0.18 after 100 updates, 0.14 after 200; one of two is ever below 0.14.
    assert ends.loc["slow", ["reference_updates", "reference_reached"]].tolist() == [200, 1]
    assert ends.loc["worse", ["reference_updates", "reference_reached"]].tolist() == [200, 2]


def test_the_reference_may_never_be_as_good():
    better = convergence(CURVES, "worse").set_index("method")["reference_updates"]
    assert pd.isna(better["short"])
    assert better["worse"] == 2000


def test_a_training_is_told_where_it_passes_what_it_is_compared_with():
    stands = convergence(CURVES, "short", passing=[200, 2000])
    rows = list(zip(stands["method"], stands["updates"], strict=True))
    slow, worse = [("slow", 2000), ("slow", 3000)], [("worse", 2000), ("worse", 3000)]
    assert rows == [("short", 200), *slow, *worse]
    assert list(stands["val_noisy_loss"]) == [0.15, 0.14, 0.16, 0.17, 0.21]


def test_the_table_has_the_articles_curves_below_ours():
    rows = cells(convergence_as_markdown(convergence(CURVES, "short"), PUBLISHED, "short"))
    assert rows[0][-2:] == ["short as good after", "in how many of its 1"]
    slow = ["slow", "slow's", "3,000", "0.2000", "0.1600", "0.1100", "0.1400", "never", "0"]
    assert rows[2] == slow
    assert [row[-2:] for row in rows[1:4]] == [["200", "1"], ["never", "0"], ["200", "1"]]
    curves = ["the article's curves", "", "2,500", "0.130", "", "0.105 to 0.110", "", "", ""]
    assert rows[4] == curves


def test_the_picture_changes_with_the_curves_and_with_nothing_else(tmp_path):
    for name, curves in (("one", CURVES), ("two", CURVES), ("other", pd.concat([SHORT, WORSE]))):
        draw_convergence(curves, PUBLISHED, tmp_path / f"{name}.png")
    one, two, other = (tmp_path / f"{name}.png" for name in ("one", "two", "other"))
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()

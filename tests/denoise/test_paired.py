"""What decides between two methods: differences on the same images, and luck."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import sem, t

from denoise.evaluation.measured import SCORES, as_row
from denoise.evaluation.paired import differences, mean_over_trainings
from denoise.evaluation.pooled import pool_trainings
from denoise.io.errors import InputError
from denoise.reporting.leaders import mark_leaders

RNG = np.random.default_rng(5)
IMAGES = 2000
HARD = RNG.normal(16.0, 3.0, IMAGES)  # how hard each image is, alike for all methods


def psnr(values):
    """Scores of a filter, (images,), or of trainings, (trainings, images)."""
    scores = np.empty(np.shape(values), [("psnr", "<f2")])
    scores["psnr"] = values
    return scores


def reads(training):
    scores = np.empty((1, IMAGES), [("legibility", "?")])
    scores["legibility"] = training
    return scores


def read_first(count, of=IMAGES):
    return np.arange(of) < count


def test_a_small_difference_on_all_images_is_decided_though_their_intervals_overlap():
    better = psnr(HARD + 0.1 + RNG.normal(0, 0.3, IMAGES))
    table = differences([better], psnr(HARD), "psnr")
    assert table["mean"].item() == pytest.approx(0.1, abs=0.03)
    assert table["decided"].item()
    alone = 1.96 * HARD.std() / np.sqrt(IMAGES)
    assert alone > 0.1  # the intervals of the two means, 0.1 apart, overlap
    expected = 1.96 * 0.3 / np.sqrt(IMAGES)
    assert table["high"].item() - table["mean"].item() == pytest.approx(expected, rel=0.15)


def test_what_is_the_same_is_not_told_apart():
    table = differences([psnr(HARD), psnr(HARD + RNG.normal(0, 1, IMAGES))], psnr(HARD), "psnr")
    assert table["decided"].tolist() == [False, False]


def test_a_gain_that_hangs_on_the_seed_is_not_decided():
    lucky = psnr([HARD + 0.5, HARD - 0.1, HARD - 0.1])
    assert not differences([lucky], psnr(HARD), "psnr")["decided"].item()
    steady = psnr([HARD + 0.11, HARD + 0.10, HARD + 0.09])
    assert differences([steady], psnr(HARD), "psnr")["decided"].item()


def test_luck_is_welchs_interval():
    shifts = np.array([0.0, 1.0, 2.0])
    table = differences([psnr([HARD + shift for shift in shifts])], psnr(HARD), "psnr")
    reach = 4.3027 * shifts.std(ddof=1) / np.sqrt(3)  # t, two degrees of freedom
    assert table["high"].item() - table["mean"].item() == pytest.approx(reach, rel=0.01)


def test_a_training_that_was_not_repeated_is_taken_to_vary_as_much_as_the_other():
    shifts = np.array([0.9, 1.0, 1.1])
    several = psnr([HARD + shift for shift in shifts])
    # t at two degrees of freedom, of the difference of one training and the mean of three.
    reach = 4.3027 * shifts.std(ddof=1) * np.sqrt(1 + 1 / 3)
    for table in (
        differences([several], psnr([HARD]), "psnr"),
        differences([psnr([HARD])], several, "psnr"),
    ):
        assert table["high"].item() - table["mean"].item() == pytest.approx(reach, rel=0.01)
    assert differences([several], psnr(HARD + 0.65), "psnr")["decided"].item()  # of a filter
    assert not differences([several], psnr([HARD + 0.65]), "psnr")["decided"].item()


def test_a_network_trained_once_is_marked_beside_one_that_it_is_not_told_apart_from():
    several = pool_trainings(pd.DataFrame([row("several", HARD + at) for at in (0.9, 1.0, 1.1)]))
    once = pool_trainings(pd.DataFrame([row("once", HARD + 0.65)]))
    table = pd.concat([several, once, pd.DataFrame([row("filter", HARD + 0.65)])])
    marked = mark_leaders(table.reset_index(drop=True)).set_index("method")
    assert marked["psnr_best"].to_dict() == {"several": True, "once": True, "filter": False}


@pytest.mark.parametrize(
    ("only_ours", "only_theirs", "decided"), [(15, 4, True), (14, 5, False), (0, 0, False)]
)
def test_one_training_against_one_is_mcnemars_test(only_ours, only_theirs, decided):
    # Exact two-sided binomial: 15 of 19 has p = 0.019, 14 of 19 has p = 0.064.
    ours, theirs = read_first(1000), read_first(1000)
    theirs[:only_ours] = False
    ours[1000 - only_theirs : 1000] = False
    assert differences([reads(ours)], reads(theirs), "legibility")["decided"].item() == decided


def test_legibility_of_several_trainings_hangs_on_the_luck_of_all():
    worse, better = read_first(900), read_first(1000)
    lucky = np.concatenate([reads(better), reads(worse), reads(worse)])
    assert differences([lucky[:1]], reads(worse), "legibility")["decided"].item()
    assert not differences([lucky], reads(worse), "legibility")["decided"].item()


def test_a_close_comparison_is_decided_by_no_draw():
    paired = RNG.normal(0, 1, IMAGES)
    paired -= paired.mean()
    reach = t.ppf(0.975, IMAGES - 1) * sem(paired)
    for share, decided in ((0.99, False), (1.01, True)):
        # Not as float16, which scores are kept in: that would shift the mean.
        scores = np.zeros(IMAGES, [("psnr", "f8")])
        scores["psnr"] = paired + share * reach
        table = differences([scores], np.zeros_like(scores), "psnr")
        assert table["decided"].item() is decided
        assert table["high"].item() == pytest.approx((share + 1) * reach)
        assert table["low"].item() == pytest.approx((share - 1) * reach)


def figures(values, read):
    rest = {"ssim": 0.5, "bce": 0.1, "mse": 0.1, "bce_excess": 0.0}
    return pd.DataFrame({"psnr": values, "legibility": read.astype(float), **rest})


READ = read_first(1000)


def row(method, values, read=READ):
    level = {"level": "1-faint", "blur": 0.5, "amplitude": 0.4, "kind": "uniform"}
    return {**level, "method": method, **as_row(figures(values, read))}


def test_the_best_and_what_is_not_told_apart_from_it_are_marked():
    table = pd.DataFrame(
        [
            row("untouched", np.full(IMAGES, 100.0), read_first(990)),
            row("best", HARD + 0.2),
            row("behind", HARD),
            row("alike", HARD + 0.2 + RNG.normal(0, 0.5, IMAGES)),
        ]
    )
    marked = mark_leaders(table)
    assert marked["psnr_best"].tolist() == [False, True, False, True]
    assert marked["legibility_best"].tolist() == [False, True, True, True]
    assert marked["ssim_best"].all()
    assert SCORES not in marked
    alone = mark_leaders(table.iloc[:1])  # nothing takes part in the contest of PSNR
    assert not alone["psnr_best"].any()
    assert alone["legibility_best"].all()


def test_methods_measured_on_other_images_are_not_compared():
    fewer = row("slow", HARD)
    fewer |= as_row(figures(HARD[:300], read_first(300, of=300)))
    with pytest.raises(InputError, match="'slow' is measured on 300 images at 1-faint, others on"):
        mark_leaders(pd.DataFrame([row("best", HARD), fewer]))


def test_trainings_are_pooled_with_both_kinds_of_doubt():
    trainings = [HARD + shift for shift in (0.0, 0.3, 0.6)]
    pooled = pool_trainings(pd.DataFrame([row("net", values) for values in trainings])).iloc[0]
    assert (pooled["trainings"], pooled["images"]) == (3, IMAGES)
    assert pooled["psnr"] == pytest.approx(HARD.mean() + 0.3)
    over_images = 1.96 * HARD.std() / np.sqrt(IMAGES)
    over_trainings = 4.3027 * 0.3 / np.sqrt(3)
    reach = pooled["psnr_high"] - pooled["psnr"]
    assert reach == pytest.approx(np.hypot(over_images, over_trainings), rel=0.05)
    _, low, high = mean_over_trainings(pooled[SCORES], "psnr")
    assert (pooled["psnr_low"], pooled["psnr_high"]) == (low, high)
    single = pool_trainings(pd.DataFrame([row("net", HARD)])).iloc[0]
    alone = row("net", HARD)
    assert single["psnr_low"] == alone["psnr_low"]
    assert single["psnr_high"] == alone["psnr_high"]

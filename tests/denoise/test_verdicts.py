"""What was expected is judged by the results, and by nothing else."""

import numpy as np
import pandas as pd
import pytest

from denoise.evaluation.measured import SCORES, as_row
from denoise.evaluation.pooled import pool_trainings
from denoise.io.errors import InputError
from denoise.io.parameters.claims import CLAIMS, read_claims
from denoise.reporting.verdicts import Evidence, Verdict, judge, overall
from tests.stages.small_run import ROOT

RNG = np.random.default_rng(3)
HARD = RNG.normal(16.0, 3.0, 400)


def rows(method, *shifts, level="1-faint"):
    parts = []
    for shift in shifts:
        figures = {"psnr": HARD + shift, "ssim": 0.5, "bce": 0.2 - shift / 100, "mse": 0.1}
        figures |= {"bce_excess": 0.0, "legibility": (HARD + shift > 15).astype(float)}
        where = {"level": level, "blur": 0.5, "amplitude": 0.4, "kind": "uniform"}
        parts.append({**where, "method": method, **as_row(pd.DataFrame(figures))})
    return pool_trainings(pd.DataFrame(parts))


def not_trained(method, shift):
    """As of a filter, whose scores are no training's."""
    table = rows(method, shift)
    table[SCORES] = [scores[0] for scores in table[SCORES]]
    return table


COMPARED = pd.concat(
    [
        rows("net", 0.9, 1.0, 1.1),
        rows("lucky", 1.5, -0.2, -0.2),
        rows("once", 0.65),
        not_trained("filter", 0.65),
        not_trained("linear", 0.0),
        not_trained("median", -1.0),
        not_trained("untouched", 100.0).assign(psnr=100.0),
    ],
    ignore_index=True,
)


def gain(seed, psnr, ssim):
    ends = {"psnr": psnr, "psnr_low": psnr - 0.05, "psnr_high": psnr + 0.05}
    ends |= {"ssim": ssim, "ssim_low": ssim - 0.01, "ssim_high": ssim + 0.01}
    published = {"psnr_published": 18.0, "ssim_published": 0.8}
    return {"level": "1-faint", "method": "net", "seed": seed, **published, **ends}


STANDS = pd.DataFrame(
    {
        "method": ["net", "article"],
        "trainings": [5, 1],
        "updates": [20_000, 900_000],
        "lowest_noisy_loss": [0.120, 0.124],
        "reference_updates": pd.array([20_000, 18_000], "Int64"),
        "reference_reached": [3, 5],
    }
)
TRIALS = pd.DataFrame(
    [
        {"candidate": name, "seed": seed, "held_out_loss": loss}
        for name, losses in {
            "default": (0.1240, 0.1242, 0.1244),
            "like it": (0.1239, 0.1241, 0.1245),
            "better": (0.1220, 0.1221, 0.1222),
            "worse": (0.1290, 0.1291, 0.1292),
            "tried once": (0.1200,),
        }.items()
        for seed, loss in enumerate(losses)
    ]
)
GAINS = pd.DataFrame([gain(1, 0.5, -0.04), gain(2, 0.6, -0.05), gain(3, 0.55, -0.045)])
EVIDENCE = Evidence(COMPARED, GAINS, STANDS, TRIALS)
CLAIM = {
    "question": "Is it?",
    "asks": "better",
    "method": "net",
    "than": ["linear"],
    "figure": "psnr",
    "levels": ["1-faint"],
}


def written(tmp_path, **claim):
    path = tmp_path / "claims.yaml"
    path.write_text(str({"claims": [claim]}), encoding="utf-8")
    return read_claims(path)[0]


def verdicts(tmp_path, evidence=EVIDENCE, **claim):
    return [finding.verdict for finding in judge(written(tmp_path, **claim), evidence)]


@pytest.mark.parametrize(
    ("method", "than", "figure", "verdict"),
    [
        ("net", ["linear"], "psnr", "held"),
        ("linear", ["net"], "psnr", "failed"),
        ("lucky", ["linear"], "psnr", "undecided"),  # by the seeds
        ("net", ["filter"], "psnr", "held"),
        ("net", ["once"], "psnr", "undecided"),  # as far ahead, but of a training that had luck too
        ("once", ["net"], "psnr", "undecided"),
        ("net", ["median", "linear", "untouched"], "psnr", "held"),
        ("net", ["linear"], "bce", "held"),  # where less is better
        ("net", ["linear"], "legibility", "held"),
        ("net", ["linear"], "ssim", "undecided"),
    ],
)
def test_a_method_is_better_where_the_paired_difference_decides(
    tmp_path, method, than, figure, verdict
):
    claim = CLAIM | {"method": method, "than": than, "figure": figure}
    assert verdicts(tmp_path, **claim) == [verdict]


def test_the_best_of_several_is_what_counts_and_is_named(tmp_path):
    claim = written(tmp_path, **CLAIM | {"than": ["median", "linear", "untouched"]})
    (finding,) = judge(claim, EVIDENCE)
    assert finding.cells["with"] == "linear"
    difference = finding.cells["difference"]
    assert difference.startswith("+1.00 (+0.")
    assert float(finding.cells["net"]) - float(finding.cells["its"]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        ((0.0,), (0.05,), "held"),  # behind by half of the margin, and for sure by no more
        ((0.0,), (0.5,), "failed"),
        ((0.0, 0.0, 0.0), (0.3, -0.2, 0.3), "undecided"),  # by the seeds
        ((0.0, 0.0, 0.0), (0.2, -0.8, 0.2), "undecided"),  # ahead in the mean, and yet
    ],
)
def test_not_worse_is_what_is_behind_by_no_more_than_the_margin(tmp_path, ours, theirs, verdict):
    compared = pd.concat([rows("a", *ours), rows("b", *theirs)], ignore_index=True)
    claim = CLAIM | {"asks": "not worse", "method": "a", "than": ["b"]}
    assert verdicts(tmp_path, Evidence(compared, GAINS, STANDS, TRIALS), **claim) == [verdict]


@pytest.mark.parametrize(
    ("target", "verdict"), [(-2.0, "held"), (0.9, "undecided"), (2.0, "failed")]
)
def test_a_target_is_reached_where_the_whole_interval_is_above_it(tmp_path, target, verdict):
    levels = {"1-faint": float(HARD.mean() + target)}
    claim = {"question": "?", "asks": "reaches", "method": "net", "figure": "psnr"}
    assert verdicts(tmp_path, **claim, levels=levels) == [verdict]


def test_every_figure_counts_against_the_published_weights(tmp_path):
    claim = {"question": "?", "asks": "not worse than published", "method": "net"}
    assert verdicts(tmp_path, **claim) == ["held", "failed"]
    lucky = pd.DataFrame([gain(seed, psnr, -0.04) for seed, psnr in enumerate((0.5, -0.9, 0.5))])
    evidence = Evidence(COMPARED, lucky, STANDS, TRIALS)  # ahead in the mean, but by the seeds
    assert verdicts(tmp_path, evidence, **claim)[0] == "undecided"


@pytest.mark.parametrize(
    ("target", "verdict"), [(0.25, "held"), (0.19, "undecided"), (0.15, "failed")]
)
def test_a_target_of_what_is_better_the_less_is_an_upper_bound(tmp_path, target, verdict):
    claim = {"question": "?", "asks": "reaches", "method": "net", "figure": "bce"}
    assert verdicts(tmp_path, **claim, levels={"1-faint": target}) == [verdict]


def test_fewer_updates_are_those_of_the_mean_and_of_every_training(tmp_path):
    claim = {"question": "?", "asks": "fewer updates", "than": "article"}
    (finding,) = judge(written(tmp_path, **claim), EVIDENCE)
    assert finding.verdict is Verdict.HELD
    assert finding.cells["times fewer"] == "50"
    some = STANDS.assign(reference_reached=[3, 3])
    assert verdicts(tmp_path, Evidence(COMPARED, GAINS, some, TRIALS), **claim) == ["undecided"]
    never = STANDS.assign(reference_updates=pd.array([20_000, pd.NA], "Int64"))
    assert verdicts(tmp_path, Evidence(COMPARED, GAINS, never, TRIALS), **claim) == ["failed"]
    late = STANDS.assign(reference_updates=pd.array([20_000, 900_000], "Int64"))
    assert verdicts(tmp_path, Evidence(COMPARED, GAINS, late, TRIALS), **claim) == ["failed"]


def test_a_recipe_is_held_against_each_that_was_tried(tmp_path):
    claim = {"question": "?", "asks": "best recipe", "candidate": "default"}
    findings = judge(written(tmp_path, **claim), EVIDENCE)
    found = {finding.cells["with"]: finding.verdict for finding in findings}
    expected = {"tried once": "undecided", "better": "failed", "like it": "undecided"}
    assert found == expected | {"worse": "held"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"levels": ["9-none"]}, "the level '9-none', which does not exist"),
        ({"method": "nobody"}, "a method 'nobody' at 1-faint; there are net, lucky"),
        ({"than": ["untouched"]}, "untouched leaves the images of 1-faint untouched"),
        ({"asks": "prettier"}, "asks"),
        ({"figure": "beauty"}, "figure"),
        ({"levels": []}, "levels"),
    ],
)
def test_what_cannot_be_asked_is_told(tmp_path, change, why):
    with pytest.raises(InputError, match=why):
        verdicts(tmp_path, **CLAIM | change)


def test_verdicts_are_counted_in_words():
    held, failed, undecided = Verdict
    assert overall([held]) == "held"
    assert overall([failed] * 3) == "failed in all 3 cases"
    counts = "held in 2 of 4 cases, failed in 1, undecided in 1"
    assert overall([held, failed, held, undecided]) == counts


def test_the_committed_claims_can_be_read():
    assert len(read_claims(ROOT / CLAIMS)) > 10

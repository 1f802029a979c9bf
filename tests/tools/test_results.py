"""The table to read first says where the committed training is a lucky one."""

from pathlib import Path

import pandas as pd
import pytest

from tools import results

ROOT = Path(__file__).parents[2]
FIGURES = ["psnr", "legibility"]
OWN = pd.read_csv(ROOT / results.OWN).query("method == 'autoencoder'")[["level", *FIGURES]]


SEED = "- Seed 2019 is the best `autoencoder` in"


@pytest.mark.parametrize(
    ("best_psnr", "best_read", "said"),
    [
        (["0-clean", "3-medium"], [], [f"{SEED} PSNR at 0-clean, 3-medium."]),
        (["5-extreme"], ["1-faint"], [f"{SEED} PSNR at 5-extreme, and in digits read at 1-faint."]),
        ([], ["2-light"], [f"{SEED} digits read at 2-light."]),
        ([], [], []),
    ],
)
def test_levels_at_which_no_other_seed_is_as_good_are_named(
    monkeypatch, tmp_path, best_psnr, best_read, said
):
    better = OWN.copy()
    for figure, best in zip(FIGURES, (best_psnr, best_read), strict=True):
        better[figure] += 0.1 * ~better["level"].isin(best)
    others = [
        better.assign(**{name: better[name] - drop for name in FIGURES}) for drop in (1, 0.01, 2)
    ]
    pd.concat(others).to_csv(tmp_path / "autoencoder.csv", index=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(results, "TRAINED_AGAIN", tmp_path)
    lines = results.overview().splitlines()
    assert [line for line in lines if "eed 2019 is the best" in line] == said


def test_no_seed_is_compared_with_results_at_other_levels(monkeypatch, tmp_path):
    table = pd.read_csv(ROOT / results.OWN)
    changed = table["level"] == "3-medium"
    table.loc[changed, ["amplitude", "psnr"]] += [-0.2, 1.0]
    table.to_csv(tmp_path / "results.csv", index=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(results, "OWN", tmp_path / "results.csv")
    text = results.overview()
    assert "is one training, with seed 2019" in text
    assert "is the best" not in text
    assert "mean of" not in text

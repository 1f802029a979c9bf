"""The table to read first says where the committed training is a lucky one."""

from pathlib import Path

import pandas as pd
import pytest

from tools import results

ROOT = Path(__file__).parents[2]
OWN = pd.read_csv(ROOT / results.OWN).query("method == 'autoencoder'")[["level", "psnr"]]


@pytest.mark.parametrize(
    ("worse_at", "said"),
    [
        (["0-clean", "3-medium"], "Seed 2019 has the highest PSNR at 0-clean, 3-medium."),
        (["5-extreme"], "Seed 2019 has the highest PSNR at 5-extreme."),
        ([], ""),
    ],
)
def test_levels_at_which_no_other_seed_is_as_good_are_named(monkeypatch, tmp_path, worse_at, said):
    better = OWN.assign(psnr=OWN["psnr"].where(OWN["level"].isin(worse_at), OWN["psnr"] + 0.1))
    others = [better.assign(psnr=better["psnr"] - drop) for drop in (1.0, 0.01, 2.0)]
    pd.concat(others).to_csv(tmp_path / "autoencoder.csv", index=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(results, "TRAINED_AGAIN", tmp_path)
    (line,) = (line for line in results.overview().splitlines() if line.startswith("- `mean of"))
    assert line.partition("`autoencoder`.")[2].strip() == said

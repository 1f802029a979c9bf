"""The committed claims are judged by the committed results."""

from pathlib import Path

from tests.stages.small_run import ROOT, finish, start


def test_they_come_out_as_committed(tmp_path):
    studies = Path("studies")
    finish(
        start(
            ROOT,
            "claims",
            *("--own", "metrics/levels", "--filters", "metrics/baselines"),
            *("--others", studies / "levels" / "networks", "--joined", studies / "levels/joined"),
            *("--gains", studies / "seeds" / "gains", "--trials", studies / "recipes/ranking"),
            *("--convergence", studies / "networks" / "convergence", "--out", tmp_path),
        )
    )
    for name in ("results.csv", "results.md"):
        committed = ROOT / studies / "claims" / name
        assert (tmp_path / name).read_bytes() == committed.read_bytes()

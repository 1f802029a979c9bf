"""The verdict on a rerun: what may differ by how much, and what may not."""

import json

import pytest
from ruamel.yaml import YAML

from checks.verify import compare, compare_files

TABLE = "level,method,psnr,ssim\n0-clean,wiener,20.0,0.8\n1-faint,wiener,15.0,0.6\n"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("15.0", "15.3", "within tolerance (1-faint wiener.psnr 15 became 15.3)"),
        ("15.0", "15.6", "DIFFERS: 1-faint wiener.psnr 15 became 15.6"),
        ("0.6", "0.7", "DIFFERS: 1-faint wiener.ssim 0.6 became 0.7"),
        ("1-faint", "1-weak", "DIFFERS: it holds other entries"),
        ("15.0", "15.00", "other bytes, the same numbers"),
        ("15.0", "nan", "DIFFERS: 1-faint wiener.psnr 15 became nan"),
    ],
)
def test_tables_are_compared_number_by_number(tmp_path, before, after, verdict):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(TABLE)
    second.write_text(TABLE.replace(before, after))
    assert compare_files(first, second) == verdict


def test_tables_of_numbers_alone_and_metrics_are_compared_too(tmp_path):
    curves = [tmp_path / f"{name}.csv" for name in ("a", "b")]
    for path, loss in zip(curves, (0.13, 0.15), strict=True):
        path.write_text(f"epoch,loss\n1,0.2\n2,{loss}\n")
    assert compare_files(*curves) == "DIFFERS: row 2.loss 0.13 became 0.15"
    metrics = [tmp_path / f"{name}.json" for name in ("a", "b")]
    for path, value in zip(metrics, (0.5, 0.52), strict=True):
        path.write_text(json.dumps({"psnr": 20.0, "noisy": {"ssim": value}}))
    verdict = "within tolerance (noisy.ssim 0.5 became 0.52)"
    assert compare_files(*metrics) == verdict


def test_data_may_not_differ_and_pictures_may(tmp_path):
    for name, digest in (("first", "aaa"), ("second", "bbb")):
        folder = tmp_path / name
        folder.mkdir()
        paths = ("data/noisy", "metrics/figures", "metrics/same.csv")
        outs = [{"path": path, "md5": digest} for path in paths]
        outs[2]["md5"] = "the same"
        YAML().dump({"stages": {"generate": {"outs": outs}}}, folder / "dvc.lock")
    assert compare(tmp_path / "first", tmp_path / "second") == {
        "data/noisy": "DIFFERS: data must be the same bytes on every machine",
        "metrics/figures": "other bytes, as its numbers",
        "metrics/same.csv": "same bytes",
    }

"""The verdict on a rerun: what may differ by how much, and what may not."""

import json
import os
import socket
import subprocess

import pytest
import tensorflow
from ruamel.yaml import YAML

from tools import verify
from tools.machine import computes_alike
from tools.verify import certificate, compare, compare_content

TABLE = "level,method,psnr,ssim\n0-clean,wiener,20.0,0.8\n1-faint,wiener,15.0,0.6\n"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("15.0", "15.3", "within tolerance (1-faint, wiener, row 2.psnr 15 became 15.3)"),
        ("15.0", "15.6", "DIFFERS: 1-faint, wiener, row 2.psnr 15 became 15.6"),
        ("0.6", "0.7", "DIFFERS: 1-faint, wiener, row 2.ssim 0.6 became 0.7"),
        ("1-faint", "1-weak", "DIFFERS: it holds other entries"),
        ("15.0", "15.00", "other bytes, the same numbers"),
        ("15.0", "nan", "DIFFERS: 1-faint, wiener, row 2.psnr 15 became nan"),
    ],
)
def test_tables_are_compared_number_by_number(tmp_path, before, after, verdict):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(TABLE)
    second.write_text(TABLE.replace(before, after))
    assert compare_content(first, second) == verdict


def test_tables_of_numbers_alone_and_metrics_are_compared_too(tmp_path):
    curves = [tmp_path / f"{name}.csv" for name in ("a", "b")]
    for path, loss in zip(curves, (0.13, 0.15), strict=True):
        path.write_text(f"epoch,loss\n1,0.2\n2,{loss}\n")
    assert compare_content(*curves) == "DIFFERS: row 2.loss 0.13 became 0.15"
    metrics = [tmp_path / f"{name}.json" for name in ("a", "b")]
    for path, value in zip(metrics, (0.5, 0.52), strict=True):
        path.write_text(json.dumps({"psnr": 20.0, "noisy": {"ssim": value}}))
    verdict = "within tolerance (noisy.ssim 0.5 became 0.52)"
    assert compare_content(*metrics) == verdict


@pytest.mark.parametrize(
    ("column", "before", "after", "allowed"),
    [
        ("psnr_low", 15.0, 15.4, True),
        ("psnr_high", 15.0, 15.6, False),
        ("ssim_high", 0.60, 0.62, True),
        ("bce_low", 0.10, 0.12, False),
    ],
)
def test_the_ends_of_an_interval_may_move_like_their_figure(
    tmp_path, column, before, after, allowed
):
    files = [tmp_path / f"{name}.csv" for name in ("a", "b")]
    for path, value in zip(files, (before, after), strict=True):
        path.write_text(f"level,{column}\n0-clean,{value}\n")
    assert compare_content(*files).startswith("within" if allowed else "DIFFERS")


@pytest.mark.parametrize(("misread", "allowed"), [(40, True), (60, False)])
def test_counts_of_readings_may_move_by_their_share(tmp_path, misread, allowed):
    files = [tmp_path / f"{name}.csv" for name in ("a", "b")]
    for path, count in zip(files, (0, misread), strict=True):
        header = "level,digit,read_as_0,read_as_1"
        path.write_text(f"{header}\n0-clean,0,1000,0\n0-clean,1,{count},{1000 - count}\n")
    assert compare_content(*files).startswith("within" if allowed else "DIFFERS")


def test_a_certificate_says_what_was_verified_on_what():
    content = certificate({"metrics/same.csv": "same bytes"})
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert content["commit"] == head.stdout.strip()
    assert content["files"] == {"metrics/same.csv": "same bytes"}
    machine = content["machine"]
    assert machine["cores"] == os.cpu_count()
    assert machine["packages"]["tensorflow"] == tensorflow.__version__
    assert computes_alike() == ("avx2" in machine["instruction_sets"])
    assert socket.gethostname() not in json.dumps(content)


@pytest.mark.parametrize("alike", [False, True])
def test_data_may_not_differ_and_pictures_only_elsewhere(tmp_path, monkeypatch, alike):
    monkeypatch.setattr(verify, "computes_alike", lambda: alike)
    for name, content in (("first", "aaa"), ("second", "bbb")):
        summary = tmp_path / name / "metrics" / "summary"
        summary.mkdir(parents=True)
        (summary / "chart.png").write_text(content)
        (summary / "same.csv").write_text("level\n0-clean\n")
        (summary / f"{name}.csv").write_text("level\n0-clean\n")
        paths = ("data/noisy", "metrics/summary")
        outs = [{"path": path, "md5": content} for path in paths]
        YAML().dump({"stages": {"generate": {"outs": outs}}}, tmp_path / name / "dvc.lock")
    assert compare(tmp_path / "first", tmp_path / "second") == {
        "data/noisy": "DIFFERS: data must be the same bytes on every machine",
        "metrics/summary/chart.png": f"{'DIFFERS: ' if alike else ''}other bytes, as its numbers",
        "metrics/summary/first.csv": "DIFFERS: only the committed results have it",
        "metrics/summary/same.csv": "same bytes",
        "metrics/summary/second.csv": "DIFFERS: only the new results have it",
    }

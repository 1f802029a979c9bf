"""The verdict on a rerun: what may differ by how much, and what may not."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow
from ruamel.yaml import YAML

from tools import verdict as verdicts_of_files
from tools import verify
from tools.certificates import table
from tools.machine import computes_alike
from tools.verdict import SAME, Outcome, compare_content
from tools.verify import certificate, choose, compare, main

DVC = Path(sys.executable).with_name("dvc")
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
        ("nan", "15.0", "DIFFERS: 1-faint, wiener, row 2.psnr nan became 15"),
        ("nan,0.6", "nan,0.61", "within tolerance (1-faint, wiener, row 2.ssim 0.6 became 0.61)"),
    ],
)
def test_tables_are_compared_number_by_number(tmp_path, before, after, verdict):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    table = TABLE.replace("15.0", "nan") if "nan" in before else TABLE
    first.write_text(table, encoding="utf-8")
    second.write_text(table.replace(before, after), encoding="utf-8")
    assert str(compare_content(first, second)) == verdict


def test_tables_of_numbers_alone_and_metrics_are_compared_too(tmp_path):
    curves = [tmp_path / f"{name}.csv" for name in ("a", "b")]
    for path, loss in zip(curves, (0.13, 0.15), strict=True):
        path.write_text(f"epoch,loss\n1,0.2\n2,{loss}\n", encoding="utf-8")
    assert str(compare_content(*curves)) == "DIFFERS: row 2.loss 0.13 became 0.15"
    metrics = [tmp_path / f"{name}.json" for name in ("a", "b")]
    for path, value in zip(metrics, (0.5, 0.52), strict=True):
        path.write_text(json.dumps({"psnr": 20.0, "noisy": {"ssim": value}}), encoding="utf-8")
    verdict = "within tolerance (noisy.ssim 0.5 became 0.52)"
    assert str(compare_content(*metrics)) == verdict


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
        path.write_text(f"level,{column}\n0-clean,{value}\n", encoding="utf-8")
    expected = Outcome.WITHIN_TOLERANCE if allowed else Outcome.DIFFERS
    assert compare_content(*files).outcome is expected


@pytest.mark.parametrize(("misread", "allowed"), [(40, True), (60, False)])
def test_counts_of_readings_may_move_by_their_share(tmp_path, misread, allowed):
    files = [tmp_path / f"{name}.csv" for name in ("a", "b")]
    for path, count in zip(files, (0, misread), strict=True):
        header = "level,digit,read_as_0,read_as_1"
        path.write_text(
            f"{header}\n0-clean,0,1000,0\n0-clean,1,{count},{1000 - count}\n", encoding="utf-8"
        )
    expected = Outcome.WITHIN_TOLERANCE if allowed else Outcome.DIFFERS
    assert compare_content(*files).outcome is expected


def test_a_certificate_says_what_was_verified_on_what():
    content = certificate({"metrics/same.csv": SAME}, Path())
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, encoding="utf-8", check=True
    )
    assert content["commit"] == head.stdout.strip()
    assert content["files"] == {"metrics/same.csv": "same bytes"}
    assert content["sha256"] == {}  # there is no such file
    machine = content["machine"]
    assert machine["cores"] == os.cpu_count()
    assert machine["packages"]["tensorflow"] == tensorflow.__version__
    assert computes_alike() == ("avx2" in machine["instruction_sets"])
    assert socket.gethostname() not in json.dumps(content)


@pytest.mark.parametrize("alike", [False, True])
def test_data_may_not_differ_and_pictures_only_elsewhere(tmp_path, monkeypatch, alike):
    monkeypatch.setattr(verdicts_of_files, "computes_alike", lambda: alike)
    for name, content in (("first", "aaa"), ("second", "bbb")):
        summary = tmp_path / name / "metrics" / "summary"
        summary.mkdir(parents=True)
        (summary / "chart.png").write_text(content, encoding="utf-8")
        (summary / "same.csv").write_text("level\n0-clean\n", encoding="utf-8")
        (summary / f"{name}.csv").write_text("level\n0-clean\n", encoding="utf-8")
        paths = ("data/noisy", "metrics/summary")
        outs = [{"path": path, "md5": content} for path in paths]
        YAML().dump({"stages": {"generate": {"outs": outs}}}, tmp_path / name / "dvc.lock")
    verdicts = compare(tmp_path / "first", tmp_path / "second")
    assert {name: str(verdict) for name, verdict in verdicts.items()} == {
        "data/noisy": "DIFFERS: data must be the same bytes on every machine",
        "metrics/summary/chart.png": f"{'DIFFERS: ' if alike else ''}other bytes, as its numbers",
        "metrics/summary/first.csv": "DIFFERS: only the committed results have it",
        "metrics/summary/same.csv": "same bytes",
        "metrics/summary/second.csv": "DIFFERS: only the new results have it",
    }


def test_what_no_stage_leaves_any_more_is_told(tmp_path):
    outs = [{"path": "metrics/old.csv", "md5": "a"}]
    for name, stages in (("first", {"old": {"outs": outs}}), ("second", {})):
        (tmp_path / name / "metrics").mkdir(parents=True)
        (tmp_path / name / "metrics" / "old.csv").write_text("a\n1\n", encoding="utf-8")
        YAML().dump({"stages": stages}, tmp_path / name / "dvc.lock")
    verdicts = compare(tmp_path / "first", tmp_path / "second")
    assert str(verdicts["metrics/old.csv"]) == "DIFFERS: no stage leaves it any more"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository of two pipelines whose stages note in ``ran``, beside it, that they ran."""
    folder = tmp_path / "project"
    (folder / "studies").mkdir(parents=True)
    monkeypatch.chdir(folder)

    def stage(out, dep=None):
        command = f"echo {out} >> {tmp_path}/ran && test ! -e {tmp_path}/broken-{Path(out).stem}"
        written = {"cmd": f"{command} && echo {out} > {out}", "outs": [{out: {"cache": False}}]}
        return written | ({"deps": [dep]} if dep else {})

    first = {"generate": stage("a.txt"), "train": stage("b.txt", "a.txt")}
    for name, stages in (("dvc.yaml", first), ("studies/dvc.yaml", {"rank": stage("c.txt")})):
        with Path(name).open("w", encoding="utf-8") as file:
            YAML().dump({"stages": stages}, file)
    run("git", "init", "--quiet")
    run(DVC, "init", "--quiet")
    run(DVC, "init", "--quiet", "--subdir", cwd="studies")
    for place in (".", "studies"):
        run(DVC, "repro", "--quiet", cwd=place)
    commit()
    (tmp_path / "ran").unlink()
    return tmp_path


def commit():
    run("git", "add", "--all")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    run("git", *author, "commit", "--quiet", "-m", "Results")


def another_day():
    Path("b.txt").write_text("of another day\n", encoding="utf-8")
    commit()


def run(*command, cwd="."):
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def verified(monkeypatch, *options):
    monkeypatch.setattr(sys, "argv", ["verify", *options])
    main()
    return json.loads(Path("certificate.json").read_text(encoding="utf-8"))["files"]


def test_an_interrupted_rerun_goes_on_where_it_stopped(project, monkeypatch):
    (project / "broken-b").touch()
    with pytest.raises(
        SystemExit, match=r"dvc repro failed in \.verify/all/denoise, which is kept"
    ):
        verified(monkeypatch, "--all")
    (project / "broken-b").unlink()
    same = dict.fromkeys(("a.txt", "b.txt", "studies/c.txt"), "same bytes")
    assert verified(monkeypatch, "--all") == same
    ran = (project / "ran").read_text(encoding="utf-8").split()
    assert ran == ["a.txt", "b.txt", "b.txt", "c.txt"]
    assert not Path(".verify", "all").exists()
    assert verified(monkeypatch) == {name: same[name] for name in ("a.txt", "b.txt")}
    assert (project / "ran").read_text(encoding="utf-8").split() == [*ran, "a.txt", "b.txt"]


def test_a_rerun_that_differs_is_told_and_not_gone_on_with(project, monkeypatch, capsys):
    another_day()
    for _ in range(2):
        with pytest.raises(SystemExit, match=r"1 of 2 files differ; the copy is kept"):
            verified(monkeypatch)
        assert "DIFFERS" in capsys.readouterr().out
    ran = (project / "ran").read_text(encoding="utf-8").split()
    assert ran == ["a.txt", "b.txt", "a.txt", "b.txt"]


def test_some_stages_alone_are_verified(project, monkeypatch):
    assert verified(monkeypatch, "--only", "ra*") == {"studies/c.txt": "same bytes"}
    assert verified(monkeypatch, "--only", "train") == {"b.txt": "same bytes"}
    partial = json.loads(Path("certificate.json").read_text(encoding="utf-8"))
    assert partial["only"] == ["train"]
    shutil.copy("certificate.json", project)
    assert "1 of 1, some stages alone |" in table(project)
    assert "| 1 of 1 |" in " ".join(table(project).split())
    Path("b.txt").write_text("of a later commit\n", encoding="utf-8")
    assert "| 0 of 1 |" in " ".join(table(project).split())
    with pytest.raises(SystemExit, match=r"no stage that is locked is called trian; they are"):
        verified(monkeypatch, "--only", "train", "trian")


def test_some_stages_go_on_where_they_stopped(project, monkeypatch, capsys):
    (project / "broken-c").touch()
    with pytest.raises(SystemExit, match=r"kept"):
        verified(monkeypatch, "--only", "train", "rank")
    (project / "broken-c").unlink()
    same = dict.fromkeys(("b.txt", "studies/c.txt"), "same bytes")
    assert verified(monkeypatch, "--only", "train", "rank") == same
    assert "Going on" in capsys.readouterr().out
    assert (project / "ran").read_text(encoding="utf-8").split() == ["b.txt", "c.txt", "c.txt"]


def test_a_rerun_is_not_gone_on_with_on_another_machine(project, monkeypatch):
    (project / "broken-b").touch()
    with pytest.raises(SystemExit, match=r"kept"):
        verified(monkeypatch)
    (project / "broken-b").unlink()
    monkeypatch.setattr(verify, "describe_machine", lambda: {"processor": "of another maker"})
    verified(monkeypatch)
    ran = ["a.txt", "b.txt", "a.txt", "b.txt"]
    assert (project / "ran").read_text(encoding="utf-8").split() == ran


def test_a_rerun_is_not_gone_on_with_at_a_newer_commit(project, monkeypatch):
    (project / "broken-c").touch()
    with pytest.raises(SystemExit, match=r"kept"):
        verified(monkeypatch, "--only", "train", "rank")
    (project / "broken-c").unlink()
    Path("notes.txt").write_text("a newer commit\n", encoding="utf-8")
    commit()
    verified(monkeypatch, "--only", "train", "rank")
    ran = ["b.txt", "c.txt", "b.txt", "c.txt"]
    assert (project / "ran").read_text(encoding="utf-8").split() == ran


def test_a_certificate_is_of_the_commit_that_was_rerun(project, monkeypatch, capsys):
    Path("b.txt").write_text("not committed\n", encoding="utf-8")
    assert verified(monkeypatch, "--only", "train") == {"b.txt": "same bytes"}
    assert "changes that are not committed: these are not verified" in capsys.readouterr().out
    rerun = json.loads(Path("certificate.json").read_text(encoding="utf-8"))
    assert rerun["sha256"] == {"b.txt": hashlib.sha256(b"b.txt\n").hexdigest()}
    committed = certificate({}, Path())["commit"]
    another_day()
    assert rerun["commit"] == committed != certificate({}, Path())["commit"]


def test_no_cache_of_your_own_hands_out_earlier_results(project, monkeypatch):
    settings = project / "settings"
    monkeypatch.setenv("DVC_GLOBAL_CONFIG_DIR", str(settings))
    run(DVC, "config", "--global", "cache.dir", str(project / "cache"))
    run(DVC, "repro", "--quiet", "--force")
    (project / "ran").unlink()
    assert set(verified(monkeypatch).values()) == {"same bytes"}
    assert (project / "ran").read_text(encoding="utf-8").split() == ["a.txt", "b.txt"]


def test_a_name_means_one_stage_and_else_a_group():
    names = ["train", "train@networks/unet", "measure@networks/unet", "measure@networks/long"]
    assert choose(["train"], names) == {"train"}
    assert choose(["train@*"], names) == {"train@networks/unet"}
    assert choose(["measure"], names) == {*names[2:]}
    assert choose(["train", "*/long"], names) == {"train", "measure@networks/long"}


def test_other_stages_do_not_go_on_with_those_that_failed(project, monkeypatch):
    (project / "broken-c").touch()
    with pytest.raises(SystemExit, match=r"kept"):
        verified(monkeypatch, "--only", "train", "rank")
    assert verified(monkeypatch, "--only", "train") == {"b.txt": "same bytes"}
    assert (project / "ran").read_text(encoding="utf-8").split() == ["b.txt", "c.txt", "b.txt"]


def test_some_stages_that_fail_vouch_for_no_others(project, monkeypatch):
    (project / "broken-c").touch()
    another_day()
    with pytest.raises(SystemExit, match=r"kept"):
        verified(monkeypatch, "--only", "rank")
    with pytest.raises(SystemExit, match=r"1 of 2 files differ"):
        verified(monkeypatch)


def test_some_stages_leave_an_interrupted_rerun_alone(project, monkeypatch):
    (project / "broken-c").touch()
    with pytest.raises(SystemExit, match=r"kept"):
        verified(monkeypatch, "--all")
    (project / "broken-c").unlink()
    verified(monkeypatch, "--only", "rank")
    verified(monkeypatch)
    (project / "ran").unlink()
    assert len(verified(monkeypatch, "--all")) == 3
    assert (project / "ran").read_text(encoding="utf-8").split() == ["c.txt"]

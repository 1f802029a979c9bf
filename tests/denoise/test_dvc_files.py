"""What DVC writes is read as it means it, quickly, and damage is told."""

import shutil

import pytest

from denoise.inference.advice import read_advice
from denoise.io.dvc_files import read_dvc_file, read_stages, studies_use_same_data
from denoise.io.errors import InputError
from denoise.storage.metric_files import read_table
from tests.stages.small_run import ROOT

CONFLICT = "schema: '2.0'\n<<<<<<< HEAD\nstages:\n=======\nstages: {}\n>>>>>>> other\n"


def test_numbers_are_those_that_dvc_wrote(tmp_path):
    path = tmp_path / "dvc.lock"
    path.write_text("a: 1e-07\nb: 1.0e-07\nc: 0.5\nd: 2019\ne: 1e5x\n", encoding="utf-8")
    assert read_dvc_file(path) == {"a": 1e-7, "b": 1e-7, "c": 0.5, "d": 2019, "e": "1e5x"}


def test_words_are_those_of_yaml_1_2(tmp_path):
    path = tmp_path / "dvc.lock"
    path.write_text(
        "no: yes\non: 1_0\na: true\nb: null\nc: 1:30\nd: 2001-01-01\n", encoding="utf-8"
    )
    expected = {"no": "yes", "on": "1_0", "a": True, "b": None, "c": "1:30", "d": "2001-01-01"}
    assert read_dvc_file(path) == expected


@pytest.mark.parametrize("content", ["", "schema: '2.0'\n", "schema: '2.0'\nstages:\n", None])
def test_a_lock_without_stages_has_none(tmp_path, content):
    path = tmp_path / "dvc.lock"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert read_stages(path) == {}
    assert not studies_use_same_data(tmp_path)


@pytest.mark.parametrize(
    "content", [CONFLICT, "- a list\n", "[" * 3000, b"\xff\xfe".decode("latin-1")]
)
def test_a_damaged_lock_is_told_and_says_nothing_of_data(tmp_path, content):
    path = tmp_path / "dvc.lock"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="is damaged"):
        read_stages(path)
    assert not studies_use_same_data(tmp_path)


@pytest.mark.parametrize("content", ["", "schema: '2.0'\n", CONFLICT, "stages: [1]\n"])
def test_advice_does_without_a_lock_that_says_nothing(tmp_path, content):
    (tmp_path / "studies").mkdir()
    for name in ("params.yaml", "studies/params.yaml", "studies/dvc.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "dvc.lock").write_text(content, encoding="utf-8")
    assert list(read_advice(tmp_path).trained_on) == ["denoiser"]


def test_the_committed_studies_are_of_the_committed_data():
    assert studies_use_same_data(ROOT)
    advice = read_advice(ROOT)
    assert "unet" in advice.trained_on
    # Of the three trainings the one that `--model unet` takes.
    table = read_table(ROOT / "studies" / "levels" / "networks" / "unet.csv")
    first = table[table["seed"] == table["seed"].iloc[0]]["psnr"]
    assert [psnr["unet"] for _, psnr in advice.measured] == first.to_list()


@pytest.mark.parametrize(
    "content",
    [
        None,  # a folder
        b"level,method,psnrr\n0-clean,autoencoder,1\n",
        b"level,method,psnr\n0-clean,autoencoder\n",
        b"level,method,psnr\n0-clean,autoencoder,a\n",
        b"\xff\xfe",
    ],
)
def test_advice_does_without_a_damaged_table(tmp_path, content):
    (tmp_path / "studies").mkdir()
    for name in ("params.yaml", "studies/params.yaml", "studies/dvc.lock", "dvc.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "studies" / "levels", tmp_path / "studies" / "levels")
    table = tmp_path / "metrics" / "summary" / "results.csv"
    if content is None:
        table.mkdir(parents=True)
    else:
        table.parent.mkdir(parents=True)
        table.write_bytes(content)
    advice = read_advice(tmp_path)
    assert "unet" in advice.trained_on
    # Which model is best is not said where the pipeline's own was not compared.
    assert advice.best_for(0.3) is None


def test_what_stages_left_that_are_no_more_does_not_count(tmp_path):
    studies = tmp_path / "studies"
    studies.mkdir()
    stage = "  {}:\n    deps:\n    - path: {}\n      md5: {}\n"
    lock = "stages:\n" + stage.format("train", "data/clean", "new")
    (tmp_path / "dvc.lock").write_text(lock, encoding="utf-8")
    each = [("train@small", "new"), ("train@large", "old"), ("retired", "old")]
    lock = "".join(stage.format(name, "../data/clean", md5) for name, md5 in each)
    (studies / "dvc.lock").write_text(f"stages:\n{lock}", encoding="utf-8")
    template = "stages:\n  train:\n    foreach: ${study.trainings}\n    do: {cmd: 'true'}\n"
    (studies / "dvc.yaml").write_text(template, encoding="utf-8")
    for trainings, same in (("[small]", True), ("{small: 1, large: 2}", False)):
        parameters = f"study:\n  trainings: {trainings}\n"
        (studies / "params.yaml").write_text(parameters, encoding="utf-8")
        assert studies_use_same_data(tmp_path) is same

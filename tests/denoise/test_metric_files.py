"""Tables come back as they were written, whatever a level is called."""

import pandas as pd
import pytest

from denoise.io.errors import InputError
from denoise.storage.metric_files import read_json, read_table, write_json, write_table

NAMES = ["None", "nan", "NA", "null", "007", "1e5", "True", "-inf", "3-medium"]


def test_names_stay_names(tmp_path):
    table = pd.DataFrame({"level": NAMES, "method": NAMES, "psnr": range(len(NAMES))})
    write_table(table, tmp_path / "table.csv")
    again = read_table(tmp_path / "table.csv")
    assert again["level"].to_list() == again["method"].to_list() == NAMES
    assert again["psnr"].sum() == sum(range(len(NAMES)))


def test_a_missing_number_stays_missing(tmp_path):
    table = pd.DataFrame({"level": ["a", "b"], "ssim": [0.5, None]})
    write_table(table, tmp_path / "table.csv")
    assert read_table(tmp_path / "table.csv")["ssim"].isna().to_list() == [False, True]


def test_numbers_have_six_decimals_and_keys_an_order(tmp_path):
    write_json({"b": 1 / 3, "a": {"d": 2, "c": 0.1234567}}, tmp_path / "metrics.json")
    text = (tmp_path / "metrics.json").read_text(encoding="utf-8")
    assert text == '{\n  "a": {\n    "c": 0.123457,\n    "d": 2\n  },\n  "b": 0.333333\n}\n'
    assert read_json(tmp_path / "metrics.json")["b"] == 0.333333
    write_table(pd.DataFrame({"x": [1 / 3]}), tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_bytes() == b"x\n0.333333\n"


def test_a_file_that_is_not_there_says_what_makes_it(tmp_path):
    with pytest.raises(InputError, match="does not exist: `dvc repro` makes it"):
        read_table(tmp_path / "table.csv")

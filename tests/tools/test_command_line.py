"""Programs that are run by name explain themselves, and do nothing when they are asked to."""

import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
    for folder in ("benchmarks", "tools")
    for path in sorted(ROOT.glob(f"{folder}/**/*.py"))
    if '\nif __name__ == "__main__":' in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(("given", "status"), [("--help", 0), ("--no-such-option", 2)])
def test_nothing_is_run_when_help_is_asked_for_or_an_option_is_unknown(
    program, given, status, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(sys, "argv", [program, given])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, program, raising=False)
    with pytest.raises(SystemExit) as end:
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    assert end.value.code == status
    printed = capsys.readouterr()
    assert f"python -m {program}" in (printed.err if status else printed.out)
    assert not any(tmp_path.iterdir())


def test_programs_are_found():
    assert {"benchmarks.epoch", "tools.quotes", "tools.provenance", "tools.verify"} <= {*PROGRAMS}

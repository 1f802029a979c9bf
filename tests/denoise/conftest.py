"""The command `python -m denoise`, run in this process: seconds faster than another."""

import functools
import sys

import pytest

from denoise.inference import cli

read_once = functools.cache(cli.read_advice)  # what the repository holds stays as it is


@pytest.fixture
def denoise(monkeypatch, capsys, tmp_path):
    """Run the command in a folder of its own: exit code, output lines, error lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "read_advice", read_once)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["denoise", *arguments])
        try:
            code = cli.main()
        except SystemExit as error:
            code = error.code
        said = capsys.readouterr()
        return code, said.out.splitlines(), said.err.splitlines()

    return run

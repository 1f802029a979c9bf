"""`python -m denoise` finds the files that are meant, writes where it may, and loses nothing."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[4:24, 12:16] = 255


def put(path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(IMAGE).save(path)


def written(folder):
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*.*"))


def test_hidden_and_foreign_files_are_left_out_and_counted(denoise):
    for name in (
        "a.png",
        "b/C.PNG",
        "._a.png",
        ".ipynb_checkpoints/a-checkpoint.png",
        "__MACOSX/a.png",
        "@eaDir/a.png/thumbnail.jpg",
        "x.png/d.png",
    ):
        put(f"in/{name}")
    for name in (".DS_Store", "Thumbs.db", "notes.txt"):
        Path("in", name).write_bytes(b"")
    os.mkfifo("in/pipe.png")
    code, out, error = denoise("in", "-o", "out")
    assert (code, len(out)) == (0, 3 * 2)
    assert written("out") == ["a.png", "b/C.png", "x.png", "x.png/d.png"]
    assert error == [
        "denoise: in: 8 entries are left out: hidden, of no kind that is read, or links in a circle"
    ]


def test_links_to_folders_are_followed_without_end(denoise):
    put("elsewhere/a.png")
    put("in/b.png")
    Path("in/linked").symlink_to("../elsewhere")
    Path("in/again").symlink_to("../elsewhere")
    Path("in/circle").symlink_to(".")
    Path("elsewhere/back").symlink_to("../in")
    code, _, error = denoise("in", "-o", "out")
    assert code == 0
    assert written("out") == ["again/a.png", "b.png", "linked/a.png"]
    assert error[0].startswith("denoise: in: 3 entries are left out")


def test_a_link_that_leads_nowhere_is_told_and_the_rest_done(denoise):
    put("in/a.png")
    Path("in/b.png").symlink_to("moved.png")
    code, _, error = denoise("in", "-o", "out")
    assert (code, error) == (1, ["denoise: in/b.png: No such file or directory"])
    assert written("out") == ["a.png"]


def test_outputs_in_the_inputs_folder_are_not_denoised_again(denoise):
    put("in/a.png")
    for options in ((), ("--force",)):
        code, out, error = denoise("in", "-o", "in/out", *options)
        assert (code, len(out)) == (0, 2)
        assert written("in") == ["a.png", "out/a.png"]
    assert error == ["denoise: in: what lies in in/out is left out, as the output goes there"]
    code, _, error = denoise("in", "-o", "in", "--force")
    assert code == 1
    assert error == ["denoise: in is where the output goes as well: name another folder with -o"]


def test_no_input_is_overwritten_even_by_force(denoise):
    put("a.png")
    put("b.bmp")
    Path("link").symlink_to(".")
    before = {name: Path(name).read_bytes() for name in ("a.png", "b.bmp")}
    for command in (
        ("a.png", "-o", "a.png"),
        ("a.png", "-o", "."),
        ("link/a.png", "-o", "../" + Path.cwd().name),
        ("b.bmp", "-o", "b.bmp"),
    ):
        code, _, error = denoise(*command, "--force")
        assert code == 1
        assert "is an input, and would be lost: name another output" in error[0]
    Image.fromarray(IMAGE).save("a.bmp")
    code, out, error = denoise("a.bmp", "a.png", "-o", ".", "--force")
    assert (code, out) == (1, [])
    assert error[0] == "denoise: a.bmp: a.png is an input, and would be lost: name another output"
    assert before == {name: Path(name).read_bytes() for name in before}


def test_a_sheet_replaces_no_output(denoise):
    put("in/compare-001.png")
    code, _, error = denoise("in", "-o", "out", "--compare", "--force")
    assert code == 1
    assert "compare-001.png has just been written, for another input" in error[0]
    assert Image.open("out/compare-001.png").size == (28, 28)


def test_a_link_in_the_way_is_not_replaced(denoise):
    put("a.png")
    Path("out").mkdir()
    Path("out/a.png").symlink_to("/nowhere")
    code, _, error = denoise("a.png", "-o", "out")
    assert (code, error) == (1, ["denoise: a.png: out/a.png exists: --force overwrites it"])
    assert Path("out/a.png").is_symlink()


def test_an_output_folder_may_be_a_link(denoise):
    put("a.png")
    Path("real").mkdir()
    Path("link").symlink_to("real")
    assert denoise("a.png", "-o", "link")[0] == 0
    assert written("real") == ["a.png"]
    Path("lost").symlink_to("nowhere")
    code, *_ = denoise("a.png", "-o", "lost")
    assert code == ("denoise: lost is a link to nowhere, which does not exist: make that folder")
    code, *_ = denoise("a.png", "-o", "/dev/full")
    assert code == "denoise: /dev/full is no folder: name one, or a file by its suffix"


def test_names_that_no_terminal_shows_are_escaped(denoise):
    names = [os.fsdecode(b"caf\xe9.png"), "two\nlines.png", "\x1b[31mred.png"]
    for name in names:
        put(f"in/{name}")
    Path("in", os.fsdecode(b"bad\xff.png")).write_bytes(b"")
    code, out, error = denoise("in", "-o", "out")
    assert (code, len(out), len(error)) == (1, 3 * 2, 1)
    assert error[0].startswith(r"denoise: in/bad\udcff.png: it is no PNG")
    said = "".join(out)
    assert r"in/caf\udce9.png -> out/caf\udce9.png" in said
    assert r"in/two\nlines.png" in said
    assert r"in/\x1b[31mred.png" in said
    assert {path.name for path in Path("out").iterdir()} == set(names)


def test_what_is_no_file_is_told_and_not_waited_for(denoise):
    os.mkfifo("pipe.png")
    server = socket.socket(socket.AF_UNIX)
    server.bind("socket.png")
    Path("null.png").symlink_to("/dev/zero")
    for name in ("pipe.png", "socket.png", "null.png"):
        code, _, error = denoise(name, "-o", "out")
        assert (code, error) == (1, [f"denoise: {name} is a device or a pipe, and no file"])
    server.close()
    for name in ("/dev/zero", "/dev/stdin", "name-of-too-many-letters" * 99 + ".png"):
        code, _, error = denoise(name, "-o", "out")
        assert (code, len(error)) == (1, 1)


@pytest.mark.parametrize("output", ["{}", "{}.png", "{}/b.png", "b/{}"])
def test_an_output_of_too_long_a_name_is_told(denoise, output):
    put("a.png")
    Path("b").mkdir()
    output = output.format("n" * 300)
    for options in ((), ("--compare",)):
        code, out, error = denoise("a.png", "-o", output, *options)
        told = f"denoise: {output} cannot be an output (File name too long): name another"
        assert (code, out, error) == (told, [], [])
    assert written(".") == ["a.png"]


@pytest.mark.parametrize("command", [("a.png", "-o", ""), ("", "-o", "out"), ("a.png", "", "-o=")])
def test_an_empty_name_is_not_the_current_folder(denoise, command):
    put("a.png")
    code, out, error = denoise(*command)
    assert (code, out) == (2, [])
    assert error[-1].endswith("it is empty; name a file or a folder, '.' for this one")
    assert written(".") == ["a.png"]


def test_a_model_without_a_name_is_not_the_one_in_the_current_folder(denoise, monkeypatch):
    put("a.png")
    shutil.copy(ROOT / "models" / "denoiser" / "model.onnx", "model.onnx")
    code, *_ = denoise("a.png", "-o", "out", "--model", "")
    assert code.startswith("denoise: there is no model ''")
    assert denoise("a.png", "-o", "out", "--model", ".")[0] == 0
    image, out = Path("a.png").resolve(), Path("out-2").resolve()
    monkeypatch.chdir(ROOT / "models" / "denoiser")  # which has a name
    code, *_ = denoise(str(image), "-o", str(out), "--model", "")
    assert code.startswith("denoise: there is no model ''")


def test_the_same_file_named_twice_is_done_once(denoise):
    put("a.png")
    code, out, _ = denoise("a.png", "./a.png", "../" + Path.cwd().name + "/a.png", "-o", "out")
    assert (code, len(out)) == (0, 2)


def test_a_pipe_or_disk_that_takes_no_lines_is_told(tmp_path):
    put(tmp_path / "a.png")
    command = [sys.executable, "-m", "denoise", tmp_path / "a.png", "-o", tmp_path / "out"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        result = subprocess.run(
            command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, encoding="utf-8"
        )
    assert result.returncode == 1
    said = "denoise: cannot print what was done: No space left on device\n"
    assert result.stderr == said
    assert written(tmp_path / "out") == ["a.png"]


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_cost_no_result(tmp_path, closed):
    put(tmp_path / "a.png")
    command = f'exec "$0" -m denoise "$1" -o "$2" {closed}'
    arguments = [sys.executable, tmp_path / "a.png", tmp_path / "out"]
    result = subprocess.run(["/bin/sh", "-c", command, *arguments], cwd=ROOT, capture_output=True)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr
    assert written(tmp_path / "out") == ["a.png"]
    with Image.open(tmp_path / "out" / "a.png") as picture:
        assert picture.size == (28, 28)


def test_a_python_without_the_packages_is_told_what_to_do(tmp_path):
    command = [sys.executable, "-S", "-m", "denoise", "a.png", "-o", tmp_path]
    closed = {**os.environ, "DENOISE_CLOSED": "1"}  # or it would start anew, without -S
    result = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", env=closed)
    assert result.returncode == 1
    assert re.fullmatch(
        r"denoise: \w+ is not installed: run `make setup`, then \S+/python -m denoise\n",
        result.stderr,
    )


def test_a_long_name_of_a_file_is_as_good_as_a_short_one(denoise):
    name = "n" * 251 + ".png"  # as long as disks have them
    put(name)
    code, out, error = denoise(name, "-o", "out")
    assert (code, len(out), error) == (0, 2, [])
    assert written("out") == [name]


def test_a_model_that_cannot_be_looked_for_is_told(denoise):
    put("a.png")
    code, *_ = denoise("a.png", "-o", "out", "--model", "a" * 5000)
    assert code.startswith("denoise: the model 'aaaa")
    assert code.endswith("cannot be read: File name too long")


def test_what_may_not_be_read_is_told_and_the_rest_done(denoise):
    for name in ("in/a.png", "locked/a.png", "b.png"):
        put(name)
    Path("in/a.png").chmod(0)
    Path("locked").chmod(0)
    if os.access("locked", os.R_OK):
        pytest.skip("this user may read everything")
    code, _, error = denoise("in", "locked", "b.png", "-o", "out")
    Path("locked").chmod(0o700)
    assert code == 1
    assert sorted(error) == [
        "denoise: in/a.png: Permission denied",
        "denoise: locked: Permission denied",
    ]
    assert written("out") == ["b.png"]


def test_an_output_folder_that_may_not_be_written_is_told(denoise):
    put("a.png")
    Path("out").mkdir(mode=0o500)
    if os.access("out", os.W_OK):
        pytest.skip("this user may write everywhere")
    code, _, error = denoise("a.png", "-o", "out")
    assert (code, len(error)) == (1, 1)
    assert error[0].endswith("Permission denied")

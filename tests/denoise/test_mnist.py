"""MNIST is taken from the first source that has it, and from no source that only seems to."""

import functools
import gzip
import hashlib
import http.server
import threading
from pathlib import Path

import numpy as np
import pytest

from denoise import mnist
from denoise.errors import InputError
from denoise.idx import IdxFile

NAMES = ("train_images", "train_labels", "test_images", "test_labels")


@pytest.fixture(autouse=True)
def toy_mnist(monkeypatch):
    """Four small files in place of MNIST's, everything else as it is: their gzip bytes."""
    contents = {}
    for number, name in enumerate(NAMES):
        shape = (2, 28, 28) if name.endswith("images") else (2,)
        array = np.full(shape, number, dtype=np.uint8)
        data = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes() + array.tobytes()
        file = IdxFile(f"toy-{name}", shape, hashlib.sha256(data).hexdigest())
        monkeypatch.setitem(mnist.FILES, name, file)
        contents[f"{file.name}.gz"] = gzip.compress(data)
    return contents


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A download cache of the test's own."""
    monkeypatch.setattr(mnist, "user_cache", lambda: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def server(tmp_path):
    """A web server on this machine: the folder it serves, and its address."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()


def fill(folder: Path, contents: dict[str, bytes]) -> str:
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return str(folder)


def check(arrays):
    assert list(arrays) == list(NAMES)
    assert [int(arrays[name].flat[0]) for name in NAMES] == [0, 1, 2, 3]


def test_a_folder_named_by_an_environment_variable(tmp_path, toy_mnist, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", fill(tmp_path / "mine", toy_mnist))
    check(mnist.find_mnist(["$MNIST_DIR"]))


def test_a_bad_file_is_named_and_the_next_source_tried(tmp_path, toy_mnist, capsys):
    bad = fill(tmp_path / "bad", {name: content[:-9] for name, content in toy_mnist.items()})
    check(mnist.find_mnist([str(tmp_path / "none"), bad, fill(tmp_path / "good", toy_mnist)]))
    complaints = capsys.readouterr().err.splitlines()
    assert [Path(line.split(" ")[0]).name for line in complaints] == list(toy_mnist)
    assert "is truncated: its gzip stream ends early; trying the next source" in complaints[0]


def test_each_file_may_come_from_another_source(tmp_path, toy_mnist):
    names = list(toy_mnist)
    first = fill(tmp_path / "a", {name: toy_mnist[name] for name in names[:2]})
    second = fill(tmp_path / "b", {name: toy_mnist[name] for name in names[2:]})
    check(mnist.find_mnist([first, second]))


def test_a_download_is_kept_for_the_next_checkout(server, toy_mnist, cache):
    folder, address = server
    fill(folder, toy_mnist)
    check(mnist.find_mnist(["user-cache", address]))
    assert sorted(path.name for path in cache.iterdir()) == sorted(toy_mnist)
    check(mnist.find_mnist(["user-cache"]))


def test_a_cache_that_cannot_be_written_does_not_stop_a_download(server, toy_mnist, cache):
    folder, address = server
    fill(folder, toy_mnist)
    cache.write_text("a file where the folder should be")
    check(mnist.find_mnist(["user-cache", address]))


def test_a_bad_download_is_not_kept(server, toy_mnist, cache):
    folder, address = server
    fill(folder, dict.fromkeys(toy_mnist, b"<html>Sign in to this network</html>"))
    with pytest.raises(InputError, match="begins like an HTML page"):
        mnist.find_mnist(["user-cache", address])
    assert not cache.exists()


def test_with_no_source_left_all_are_listed_with_their_reasons(tmp_path, server, toy_mnist):
    _, address = server
    empty = fill(tmp_path / "empty", dict.fromkeys(toy_mnist, b""))
    sources = ["$NOT_SET", empty, str(tmp_path / "none"), address, "http://127.0.0.1:9/"]
    with pytest.raises(InputError) as caught:
        mnist.find_mnist(sources)
    message = str(caught.value)
    assert "toy-train_images.gz" in message
    reasons = (
        "names an environment variable that is not set",
        "is empty",
        "does not exist",
        "answered with status 404",
        "could not be reached",
    )
    positions = [message.index(reason) for reason in reasons]
    assert positions == sorted(positions)
    assert "prepare.dataset: digits" in message
    assert "MNIST_DIR" in message

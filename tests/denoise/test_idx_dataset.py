"""MNIST is taken from the first source that has it, and from no source that only seems to."""

import functools
import gzip
import hashlib
import http.server
import threading
from pathlib import Path

import numpy as np
import pytest

from denoise.datasets import idx_dataset
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import IdxDataset, IdxFile, IdxFiles

NAMES = ("train_images", "train_labels", "test_images", "test_labels")


def toy(name, number):
    """A small file as MNIST has them: what it must be, and its bytes."""
    shape = [2, 28, 28] if name.endswith("images") else [2]
    array = np.full(shape, number, dtype=np.uint8)
    data = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes() + array.tobytes()
    digest = hashlib.sha256(data).hexdigest()
    return IdxFile(name=f"toy-{name}", shape=shape, sha256=digest), data


TOYS = {name: toy(name, number) for number, name in enumerate(NAMES)}
FILES = IdxFiles(**{name: file for name, (file, _) in TOYS.items()})


def find(sources, files=FILES):
    return idx_dataset.find_idx("toy", IdxDataset(format="idx", sources=sources, files=files))


@pytest.fixture
def toy_mnist():
    """The gzip bytes of four small files, by name."""
    return {f"{file.name}.gz": gzip.compress(data) for file, data in TOYS.values()}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A download cache of the test's own."""
    monkeypatch.setattr(idx_dataset, "user_cache", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "toy"


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
    check(find(["$MNIST_DIR"]))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda packed: packed[:-9], "is truncated: its gzip stream ends early"),
        (lambda packed: gzip.decompress(packed)[:6], "is truncated: its header ends early"),
        (lambda packed: packed[:12] + bytes(20) + packed[32:], "is damaged: "),
    ],
)
def test_a_bad_file_is_named_and_the_next_source_tried(tmp_path, toy_mnist, capsys, spoil, message):
    bad = fill(tmp_path / "bad", {name: spoil(content) for name, content in toy_mnist.items()})
    check(find([str(tmp_path / "none"), bad, fill(tmp_path / "good", toy_mnist)]))
    complaints = capsys.readouterr().err.splitlines()
    assert [Path(line.split(" ")[0]).name for line in complaints] == list(toy_mnist)
    assert message in complaints[0]
    assert complaints[0].endswith("; trying the next source")


def test_each_file_may_come_from_another_source(tmp_path, toy_mnist):
    names = list(toy_mnist)
    first = fill(tmp_path / "a", {name: toy_mnist[name] for name in names[:2]})
    second = fill(tmp_path / "b", {name: toy_mnist[name] for name in names[2:]})
    check(find([first, second]))


def test_a_download_is_kept_for_the_next_checkout(server, toy_mnist, cache):
    folder, address = server
    fill(folder, toy_mnist)
    check(find(["user-cache", address]))
    assert sorted(path.name for path in cache.iterdir()) == sorted(toy_mnist)
    check(find(["user-cache"]))


def test_a_cache_that_cannot_be_written_does_not_stop_a_download(server, toy_mnist, cache):
    folder, address = server
    fill(folder, toy_mnist)
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be", encoding="utf-8")
    check(find(["user-cache", address]))


def test_a_bad_download_is_not_kept(server, toy_mnist, cache):
    folder, address = server
    fill(folder, dict.fromkeys(toy_mnist, b"<html>Sign in to this network</html>"))
    with pytest.raises(InputError, match="begins like an HTML page"):
        find(["user-cache", address])
    assert not cache.exists()


def test_with_no_source_left_all_are_listed_with_their_reasons(tmp_path, server, toy_mnist):
    _, address = server
    empty = fill(tmp_path / "empty", dict.fromkeys(toy_mnist, b""))
    sources = ["$NOT_SET", empty, str(tmp_path / "none"), address, "http://127.0.0.1:9/"]
    with pytest.raises(InputError) as caught:
        find(sources)
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
    assert "in the environment variable" in message


def test_labels_may_be_missing_and_files_unpacked(tmp_path):
    for name in ("train_images", "test_images"):
        file, data = TOYS[name]
        (tmp_path / file.name).write_bytes(data)
    files = FILES.model_copy(update={"train_labels": None, "test_labels": None})
    assert list(find([str(tmp_path)], files)) == ["train_images", "test_images"]

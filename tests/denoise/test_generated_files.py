"""Whatever file is made up: it is read as an independent reader does, or a sentence refuses it."""

import json
import os
import tempfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper
from PIL import Image

from denoise.inference.framing import frame
from denoise.io.errors import InputError
from tests.denoise import generated_files as files
from tests.denoise.test_own import find, write_pictures

SIZE = (28, 28)  # what the model takes, and what orientations leave as it is
OBLONG = (16, 20)
RANDOM = np.random.default_rng(0)


def repeatable(examples):
    """Settings by which every run makes up the same examples."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


# Of names: any letters, and bytes that are no UTF-8, as Python holds them.
LETTERS = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
BYTES = st.integers(0xDC80, 0xDCFF).map(chr)
STEMS = st.text(LETTERS | BYTES, min_size=1, max_size=20).map(os.fsencode).map(os.fsdecode)


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    """A model that leaves images as they are, so that what comes out is what was read."""
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *SIZE, 1]) for name in "xy"
    ]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "g", ends[:1], ends[1:])
    imports = [helper.make_opsetid("", 18)]
    path = tmp_path_factory.mktemp("model") / "identity.onnx"
    onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=9), path)
    return path


def pictures(size):
    kinds = (files.tiffs, files.pngs, files.jpegs_and_bitmaps, files.damaged)
    return st.one_of(*(kind(size) for kind in kinds))


def any_file(size):
    return st.one_of(pictures(size), files.arrays(size), files.archives(size))


@repeatable(60)
@given(
    made=st.lists(st.tuples(STEMS, any_file(SIZE)), min_size=5, max_size=15),
    oblong=files.tiffs((9, 23)),
    precious=st.integers(0, 4),
)
def test_the_command_reads_right_or_refuses_in_a_sentence(
    denoise, identity, made, oblong, precious, monkeypatch, tmp_path
):
    monkeypatch.setattr("denoise.inference.reading.CLASSIFIER", tmp_path / "none")
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        monkeypatch.chdir(folder)
        expected = {}
        for number, (stem, file) in enumerate([*made, ("oblong", oblong)]):
            path = Path("in", f"{number}{stem}{file.suffix}")
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file.content)
            expected[str(path)] = file
        there = Path("out", f"{precious}{made[precious][0]}.png")
        there.parent.mkdir()
        there.write_bytes(b"precious")
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            _, out, error = denoise(*expected, "-o", "out", "--model", str(identity), "--json")
        said = [json.loads(line) for line in out]
        read = {line["input"]: line["outputs"] for line in said if "outputs" in line}
        refused = [line["error"] for line in said if "error" in line]
        assert len(error) == len(refused)
        assert len(read) + len(refused) == len(expected)
        outputs = [Path(path) for paths in read.values() for path in paths]
        assert sorted(Path("out").iterdir()) == sorted({*outputs, there})
        assert there.read_bytes() == b"precious"
        for path, file in expected.items():
            if path in read:
                check(file, [Path(output) for output in read[path]])
            else:
                (message,) = [message for message in refused if message.startswith(f"{path}: ")]
                may_be = message.endswith("exists: --force overwrites it")
                assert may_refuse(file) or may_be, message


def may_refuse(file):
    """Whether a file may be refused."""
    return not isinstance(file, files.Known | files.KnownArrays) or getattr(file, "may_refuse", 0)


def check(file, outputs):
    """Compare what was written with what the file was made of."""
    assert not isinstance(file, files.Refused)
    if isinstance(file, files.Known):
        for page, output in zip(file.pages, outputs, strict=True):
            found = np.asarray(Image.open(output)) / 255
            shown = frame(page, SIZE).pixels
            np.testing.assert_allclose(found, shown, atol=file.tolerance)
    if isinstance(file, files.KnownArrays):
        stored = np.load(outputs[0])
        found = {"": stored} if isinstance(stored, np.ndarray) else dict(stored)
        assert set(found) == {*file.images, *file.others}
        for name, images in file.images.items():
            assert found[name].shape == images.shape
            np.testing.assert_allclose(found[name], images, atol=1e-6)
        for name, others in file.others.items():
            assert found[name].dtype == others.dtype
            np.testing.assert_array_equal(found[name], others)


@repeatable(400)
@given(file=pictures(OBLONG), stem=STEMS)
def test_a_data_set_reads_a_picture_right_or_refuses_it_in_a_sentence(file, stem, tmp_path):
    known = isinstance(file, files.Known)
    plain = RANDOM.integers(0, 256, (6, *OBLONG), np.uint8)
    if known and file.pages[0].shape != OBLONG:
        plain = plain.swapaxes(1, 2)  # the one is stored on its side
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
        for part in ("train", "test"):
            write_pictures(Path(folder, part), plain)
        path = Path(folder, "train", f"0{stem}{file.suffix}")
        path.write_bytes(file.content)
        place = sorted(path.parent.iterdir()).index(path)
        try:
            images = find(folder, "pictures")["train_images"]
        except InputError as error:
            assert may_refuse(file) or (known and len(file.pages) > 1), error
            assert "\n" not in str(error).replace(stem, "")
        else:
            assert not isinstance(file, files.Refused)
            if known:
                (page,) = file.pages
                np.testing.assert_allclose(images[place] / 255, page, atol=file.tolerance)


@repeatable(150)
@given(train=files.arrays(OBLONG), test=files.arrays(OBLONG), damage=st.none() | st.binary())
def test_a_data_set_reads_arrays_right_or_refuses_them_in_a_sentence(train, test, damage, tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for part, file in (("train", train), ("test", test)):
            content = file.content if damage is None else file.content[:90] + damage
            archive.writestr(f"{part}_images.npy", content)
    try:
        images = find(path, "npz")["train_images"]
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert damage is None
        assert isinstance(train, files.KnownArrays)
        np.testing.assert_array_equal(images, to_bytes(train.images[""]))


def to_bytes(values):
    white = np.iinfo(values.dtype).max if values.dtype.kind == "u" else 1
    return np.rint(values / white * 255).astype(np.uint8)

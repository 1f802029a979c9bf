"""`python -m denoise` takes an array for what it is, copies labels, and loses nothing."""

import io
import re
import shutil
import warnings
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from denoise.inference.api import denoise_images
from denoise.io.errors import InputError

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "denoiser" / "model.onnx"
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((5, 28, 28))


def refusal(denoise, name, *options):
    """The one line about a file that is refused, of which nothing is left."""
    code, out, error = denoise(name, "-o", "out", *options)
    assert (code, out, len(error)) == (1, [], 1)
    assert not list(Path().glob("out/*"))
    return error[0]


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((), "shape (); images are (height, width)"),
        ((784,), "shape (784,); images are (height, width)"),
        ((28, 28, 1), "shape (28, 28, 1); images are"),
        ((28, 28, 3), "shape (28, 28, 3); images are"),
        ((48, 64, 4), "shape (48, 64, 4); images are"),
        ((5, 28, 28, 3), "shape (5, 28, 28, 3); images are"),
        ((5, 1, 28, 28), "shape (5, 1, 28, 28); images are"),
        ((5, 784), "reshape it to (5, 28, 28) if each row is an image, or to (1, 5, 784)"),
        ((0, 28, 28), "holds no images"),
        ((5, 0, 28), "shape (5, 0, 28); images are"),
        ((28, 28, 1000), "1000x28 pixels are too narrow to be scaled to 28x28"),
    ],
)
def test_a_shape_that_is_not_plainly_one_of_images_is_refused(denoise, shape, message):
    np.save("a.npy", np.zeros(shape))
    assert message in refusal(denoise, "a.npy")
    if shape[:1] != (0,):
        with pytest.raises(InputError, match=re.escape(message)):
            denoise_images(np.zeros(shape))


@pytest.mark.parametrize(
    ("dtype", "message"),
    [
        ("i8", "holds int64; images are bool, uint8, uint16 or floating-point"),
        ("i2", "holds int16"),
        ("u4", "holds uint32"),
        ("c8", "holds complex64"),
        ("M8[s]", "holds datetime64[s]"),
        ("S3", "holds |S3"),
        ([("grey", "u1")], "holds [('grey', 'u1')]"),
    ],
)
def test_a_type_of_no_known_range_is_refused(denoise, dtype, message):
    np.save("a.npy", np.zeros((5, 28, 28), dtype))
    assert message in refusal(denoise, "a.npy")


@pytest.mark.parametrize("dtype", ["<u2", ">u2", ">f4", ">f8", "f2", "longdouble"])
def test_any_order_of_bytes_and_precision_gives_the_same(denoise, dtype):
    white = 65535 if np.dtype(dtype).kind == "u" else 1
    np.save("a.npy", (IMAGES * white).astype(dtype))
    assert denoise("a.npy", "-o", "out")[0] == 0
    found = np.load("out/a.npy")
    assert found.dtype == (dtype if white > 1 else np.float32)
    np.testing.assert_allclose(found / white, denoise_images(IMAGES), atol=2e-3)


@pytest.mark.parametrize("white", [255, 16])
def test_floats_whose_white_is_not_one_are_refused(denoise, white):
    np.save("a.npy", np.rint(IMAGES * white))
    assert f"its values reach {white}, and 1 is white" in refusal(denoise, "a.npy")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_a_value_that_is_no_grey_is_refused_wherever_it_stands(denoise, value):
    images = np.zeros((1001, 28, 28))
    images[-1, -1, -1] = value
    np.save("a.npy", images)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert re.search("NaN or infinite|reach 1e.300", refusal(denoise, "a.npy"))


def test_arrays_in_fortran_order_are_refused_rather_than_transposed(denoise):
    np.save("a.npy", np.asfortranarray(IMAGES))
    assert "stored column by column: save it as numpy.ascontig" in refusal(denoise, "a.npy")


def test_labels_of_any_shape_are_copied(denoise):
    labels = {
        "column": np.arange(5)[:, np.newaxis],
        "one_hot": np.eye(10, dtype=np.float32)[[3, 1, 4, 1, 5]],
        "names": np.array(["three", "one", "four", "one", "five"]),
        "when": np.array("2024-05-01", "M8[D]"),
        "two": np.zeros((7, 2), np.uint8),
        "more/nested": np.arange(3),
    }
    np.savez("set.npz", images=IMAGES, **labels)
    code, out, _ = denoise("set.npz", "-o", "out")
    assert code == 0
    copied = ", ".join(f"{name!r} copied" for name in labels)
    assert re.search(rf": 5 images, \d+ read, \d+ not sure enough, {copied}$", out[0])
    found = np.load("out/set.npz")
    for name, expected in labels.items():
        assert found[name].dtype == expected.dtype
        np.testing.assert_array_equal(found[name], expected)
    np.testing.assert_allclose(found["images"], denoise_images(IMAGES), atol=1e-6)


@pytest.mark.parametrize(("images", "labels"), [("images", "labels"), ("x_test", "y_test")])
@pytest.mark.parametrize("count", [4, 6])
def test_labels_of_another_number_of_images_are_refused(denoise, images, labels, count):
    for values in (np.arange(count), np.eye(10)[:count], np.zeros((count, 1), int)):
        np.savez("set.npz", **{images: IMAGES, labels: values})
        told = f"array {labels!r}: it has the shape {values.shape}, and {images!r} holds 5 images"
        assert told in refusal(denoise, "set.npz")


@pytest.mark.parametrize("name", ["labels", "train_label", "digits-labels2", "trainLabels"])
def test_labels_of_three_axes_are_not_taken_for_images(denoise, name):
    np.savez("set.npz", images=IMAGES, **{name: np.zeros((5, 28, 28), np.uint8)})
    told = f"array {name!r}: it has the shape (5, 28, 28), and its name says that it holds labels"
    assert told in refusal(denoise, "set.npz")


def test_images_whose_name_only_begins_like_labels_are_images(denoise):
    np.savez("set.npz", labelled=IMAGES)
    assert denoise("set.npz", "-o", "out")[0] == 0
    np.testing.assert_allclose(
        np.load("out/set.npz")["labelled"], denoise_images(IMAGES), atol=1e-6
    )


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "..\\evil", "C:evil"])
@pytest.mark.parametrize("values", [IMAGES, np.arange(5)])
def test_an_array_whose_name_leads_elsewhere_is_refused(denoise, name, values):
    np.savez("set.npz", images=IMAGES, **{name: values})
    told = f"array {name!r} has a name that is no file's inside a folder on every system"
    assert told in refusal(denoise, "set.npz")


def test_each_part_of_a_set_has_its_own_labels(denoise):
    parts = {"train_images": IMAGES, "test_images": IMAGES[:2], "image": IMAGES[0]}
    labels = {"train_labels": np.arange(5), "test_labels": np.arange(2), "label": np.array(7)}
    np.savez("set.npz", **parts, **labels)
    assert denoise("set.npz", "-o", "out")[0] == 0
    np.savez("set.npz", **parts, train_labels=np.arange(2), test_labels=np.arange(5))
    Path("out/set.npz").unlink()
    told = "'train_labels': it has the shape (2,), and 'train_images' holds 5 images"
    assert told in refusal(denoise, "set.npz")


@pytest.mark.parametrize("dtype", [np.uint8, np.float64, bool])
def test_a_picture_as_high_as_there_are_images_is_not_taken_for_labels(denoise, dtype):
    images, picture = np.zeros((28, 28, 28)), RANDOM.integers(0, 2, (28, 28)).astype(dtype)
    for one in (picture, np.eye(28, dtype=dtype), picture[:, :20]):
        np.savez("set.npz", images=images, one=one)
        told = f"array 'one': it has the shape {one.shape}, and 'images' holds 28 images: reshape"
        assert told in refusal(denoise, "set.npz")
    np.savez("set.npz", images=images, one=picture[np.newaxis])
    assert denoise("set.npz", "-o", "out")[0] == 0
    found = np.load("out/set.npz")["one"]
    expected = denoise_images(picture[np.newaxis]) * (255 if dtype is np.uint8 else 1)
    np.testing.assert_allclose(found.astype(float), expected, atol=0.51)


def test_what_is_no_array_in_an_archive_is_left_out_by_name(denoise):
    np.savez("set.npz", images=IMAGES, labels=np.arange(5))
    with zipfile.ZipFile("set.npz", "a") as archive:
        archive.writestr("notes.txt", "by hand")
        archive.mkdir("folder")
    code, out, _ = denoise("set.npz", "-o", "out")
    assert code == 0
    done = r"'labels' copied, 'notes\.txt' is no array and left out"
    assert re.search(rf": 5 images, \d+ read, \d+ not sure enough, {done}$", out[0])


def test_an_archive_without_arrays_is_told_what_those_are_called(denoise):
    with zipfile.ZipFile("set.npz", "w") as archive:
        archive.writestr("notes.txt", "by hand")
    assert "holds no arrays: the names of those end in .npy" in refusal(denoise, "set.npz")


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version_of_numpys_format_is_read(denoise, version):
    with Path("a.npy").open("wb") as file:
        np.lib.format.write_array(file, IMAGES, version)
    assert denoise("a.npy", "-o", "out")[0] == 0
    np.testing.assert_allclose(np.load("out/a.npy"), denoise_images(IMAGES), atol=1e-6)


def test_a_version_of_numpys_format_that_is_not_known_is_told(denoise):
    np.save("a.npy", IMAGES)
    content = Path("a.npy").read_bytes()
    Path("a.npy").write_bytes(content[:6] + b"\x04" + content[7:])
    told = "it is of version 4.0 of NumPy's format, and 1.0 to 3.0 are read"
    assert told in refusal(denoise, "a.npy")


def test_a_table_whose_columns_have_foreign_names_is_refused_rather_than_renamed(denoise):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy finds the version odd
        np.savez("set.npz", images=IMAGES, table=np.zeros(5, [("ψήφος", "u1")]))
    assert "array 'table': it is a table, and a name of its" in refusal(denoise, "set.npz")


def test_an_archive_without_images_is_refused(denoise):
    np.savez("set.npz", labels=np.arange(5), column=np.zeros((5, 1)))
    assert "holds no images, but labels, column" in refusal(denoise, "set.npz")


def test_a_damaged_file_of_arrays_is_told(denoise):
    np.savez_compressed("good.npz", images=IMAGES)
    good = Path("good.npz").read_bytes()
    np.savez("stored.npz", images=IMAGES)
    stored = Path("stored.npz").read_bytes()
    np.save("one.npy", IMAGES)
    one = Path("one.npy").read_bytes()
    encrypted = bytearray(good)
    for begin, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        encrypted[good.index(begin) + flags] |= 1
    middle = len(good) // 2
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile finds it odd as well
        for _ in range(2):
            archive.writestr("images.npy", one)
    files = {
        "encrypted.npz": (bytes(encrypted), "is encrypted"),
        "deflate.npz": (good[:middle] + bytes(99) + good[middle + 99 :], "damaged"),
        "sum.npz": (stored[:5000] + b"\x3f" + stored[5001:], "damaged: Bad CRC-32"),
        "twice.npz": (twice.getvalue(), "several arrays of one name"),
        "cut.npz": (good[:-40], "no .npz file, or a damaged one"),
        "method.npz": (good.replace(b"\x08\0", b"\x63\0"), "cannot be unpacked"),
        "negative.npy": (one.replace(b"(5, 28, 28)", b"(-5, 28, 28)"), "damaged: its header"),
        "deep.npy": (one.replace(b"(5, 28, 28)", b"(" * 11), "no NumPy array, or a damaged one"),
        "more.npy": (one + one, "something follows after the array"),
        "text.npy": (b"0.1 0.2\n", "no NumPy array, or a damaged one"),
    }
    for name, (content, message) in files.items():
        Path(name).write_bytes(content)
        line = refusal(denoise, name)
        assert line.startswith(f"denoise: {name}: ")
        assert message in line


def test_a_damaged_classifier_is_told_before_anything_is_done(denoise, monkeypatch, tmp_path):
    monkeypatch.setattr("denoise.inference.reading.CLASSIFIER", tmp_path / "model.onnx")
    (tmp_path / "model.onnx").write_bytes(b"no model")
    np.save("a.npy", IMAGES)
    code, *_ = denoise("a.npy", "-o", "out")
    assert code.startswith(f"denoise: {tmp_path}/model.onnx is not a model ONNX Runtime can read")


@pytest.mark.parametrize("batch", [1, 3])
def test_a_model_that_takes_batches_of_one_size_is_given_such(denoise, batch):
    model = onnx.load(MODEL)
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.shape.dim[0].dim_value = batch
    onnx.save(model, "fixed.onnx")
    np.save("a.npy", IMAGES)
    assert denoise("a.npy", "-o", "out", "--model", "fixed.onnx")[0] == 0
    np.testing.assert_allclose(np.load("out/a.npy"), denoise_images(IMAGES), atol=1e-6)


def test_a_model_that_fails_at_some_files_does_the_others(denoise):
    shape = helper.make_tensor("shape", TensorProto.INT64, [4], [1, 28, 28, 1])
    ends = [helper.make_tensor_value_info(name, 1, ["n", 28, 28, 1]) for name in "xy"]
    node = helper.make_node("Reshape", ["x", "shape"], ["y"])
    graph = helper.make_graph([node], "one", ends[:1], ends[1:], [shape])
    imports = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=9), "one.onnx")
    np.save("five.npy", IMAGES)
    np.save("one.npy", IMAGES[0])
    code, _, error = denoise("five.npy", "one.npy", "-o", "out", "--model", "one.onnx")
    assert (code, len(error)) == (1, 1)
    assert error[0].startswith("denoise: five.npy: one.onnx cannot take these images: ")
    np.testing.assert_allclose(np.load("out/one.npy"), IMAGES[0], atol=1e-6)


def test_weights_in_another_file_are_those_beside_the_model(denoise, monkeypatch):
    for name, factor in (("mine", 1), ("another", 0)):
        model = onnx.load(MODEL)
        for weights in model.graph.initializer:
            values = numpy_helper.to_array(weights)
            if values.dtype == np.float32 and values.ndim > 1:
                weights.CopyFrom(numpy_helper.from_array(values * factor, weights.name))
        Path(name).mkdir()
        options = {"save_as_external_data": True, "location": "weights", "size_threshold": 99}
        onnx.save(model, f"{name}/model.onnx", **options)
    np.save("another/a.npy", IMAGES)
    monkeypatch.chdir("another")
    assert denoise("a.npy", "-o", "out", "--model", "../mine")[0] == 0
    np.testing.assert_allclose(np.load("out/a.npy"), denoise_images(IMAGES), atol=1e-6)
    shutil.move("../mine/weights", "../elsewhere")
    code, *_ = denoise("a.npy", "-o", "out", "--force", "--model", "../mine")
    assert "is not a model ONNX Runtime can read" in code
    assert "External data path does not exist" in code

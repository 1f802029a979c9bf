"""A saved model is the same bytes every time, opens anywhere, and its ONNX form agrees."""

import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import onnx
import pytest

from denoise.classifier import build_classifier
from denoise.export.keras_archive import save_reproducible
from denoise.export.model_folder import save_model
from denoise.export.onnx_export import export_onnx
from denoise.io.errors import InputError
from denoise.networks.autoencoder import build_autoencoder
from denoise.networks.unet import build_unet
from denoise.onnx_model import OnnxModel

ROOT = Path(__file__).parents[2]
IMAGES = np.random.default_rng(0).normal(0.3, 1, (600, 28, 28, 1)).astype(np.float32)


def save_all(folder):
    keras.utils.set_random_seed(1)
    for build in (build_autoencoder, build_classifier):
        save_model(build(), folder / build.__name__, np.zeros((2, 28, 28, 1), np.float32))


def test_two_processes_save_the_same_bytes_at_different_times(tmp_path):
    save_all(tmp_path / "here")
    time.sleep(2)  # a zip archive tells times two seconds apart
    program = (
        "import sys; from pathlib import Path;"
        "from tests.denoise.test_models_on_disk import save_all;"
        "addresses_elsewhere = [object() for _ in range(100_000)];"
        "save_all(Path(sys.argv[1]))"
    )
    there = tmp_path / "there"
    subprocess.run([sys.executable, "-c", program, there], cwd=ROOT, check=True)
    saved = sorted(path.relative_to(there) for path in there.glob("*/*"))
    assert len(saved) == 4
    for name in saved:
        assert (tmp_path / "here" / name).read_bytes() == (there / name).read_bytes()


def test_the_archive_is_an_ordinary_keras_file(tmp_path):
    model = build_autoencoder()
    save_reproducible(model, tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert [type(layer).__module__.split(".")[0] for layer in loaded.layers] == ["keras"] * 13
    np.testing.assert_array_equal(
        loaded.predict(IMAGES[:5], verbose=0), model.predict(IMAGES[:5], verbose=0)
    )


def build_autoencoder_with_deconvolutions():
    return build_autoencoder("transpose")


def build_unet_with_deconvolutions():
    return build_unet("transpose")


@pytest.mark.parametrize(
    "build",
    [
        build_autoencoder,
        build_classifier,
        build_unet,
        build_autoencoder_with_deconvolutions,
        build_unet_with_deconvolutions,
    ],
)
def test_the_onnx_model_agrees_on_any_number_of_images(tmp_path, build):
    model = build()
    export_onnx(model, tmp_path / "model.onnx")
    run = OnnxModel(tmp_path / "model.onnx")
    for count in (1, 250, 251, 600):
        expected = model.predict(IMAGES[:count], verbose=0)
        expected = expected[..., 0] if expected.ndim == 4 else expected
        np.testing.assert_allclose(run(IMAGES[:count, :, :, 0]), expected, atol=1e-6)


def test_the_onnx_graph_is_canonical(tmp_path):
    export_onnx(build_autoencoder(), tmp_path / "model.onnx")
    graph = onnx.load(tmp_path / "model.onnx").graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("Conv") == 7
    assert kinds.count("Resize") == kinds.count("MaxPool") == 3
    assert [value.name for value in (*graph.input, *graph.output)] == ["input", "output"]


def test_a_layer_without_a_translation_is_named(tmp_path):
    model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.LayerNormalization(name="odd")])
    with pytest.raises(TypeError, match="'odd' has no ONNX translation"):
        export_onnx(model, tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()


def test_running_an_onnx_model_loads_no_tensorflow(tmp_path):
    export_onnx(build_autoencoder(), tmp_path / "model.onnx")
    program = (
        "import sys, numpy; from pathlib import Path;"
        "from denoise.onnx_model import OnnxModel;"
        f"print(OnnxModel(Path({str(tmp_path / 'model.onnx')!r}))(numpy.zeros((2, 28, 28))).shape);"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (result.returncode, result.stdout.strip()) == (0, "(2, 28, 28)"), result.stderr


def test_a_missing_or_broken_model_is_told_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="does not exist: `dvc repro` makes it"):
        OnnxModel(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_text("no model")
    with pytest.raises(InputError, match="is not a model ONNX Runtime can read"):
        OnnxModel(tmp_path / "bad.onnx")

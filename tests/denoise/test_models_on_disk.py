"""A saved model is the same bytes every time, opens anywhere, and its ONNX form agrees."""

import os
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


def build_autoencoder_with_reflected_edges():
    return build_autoencoder(size=(27, 25))


def seen(model, count):
    """As many images, of the size that a model takes."""
    _, height, width, _ = model.input_shape
    return IMAGES[:count, :height, :width]


BUILDERS = [
    build_autoencoder,
    build_autoencoder_with_reflected_edges,
    build_classifier,
    build_unet,
    build_autoencoder_with_deconvolutions,
    build_unet_with_deconvolutions,
]


@pytest.fixture(scope="module")
def opened_by_an_older_keras(tmp_path_factory):
    """Each kind of network, where it is saved, and what Keras 3.4 computes with it."""
    folder = tmp_path_factory.mktemp("saved")
    np.save(folder / "images.npy", IMAGES[:5])
    models = {build.__name__: build() for build in BUILDERS}
    for name, model in models.items():
        save_reproducible(model, folder / f"{name}.keras")
    program = (
        "import sys; from pathlib import Path; import keras; import numpy as np;"
        "assert keras.__version__.startswith('3.4.'), keras.__version__\n"
        "folder = Path(sys.argv[1])\n"
        "for path in folder.glob('*.keras'):\n"
        "    model = keras.models.load_model(path)\n"
        "    _, height, width, _ = model.input_shape\n"
        "    outputs = model(np.load(folder / 'images.npy')[:, :height, :width])\n"
        "    np.save(path.with_suffix('.npy'), outputs)\n"
    )
    older = {"PYTHONPATH": str(ROOT / ".venv" / "older-keras"), "KERAS_BACKEND": "numpy"}
    command = [sys.executable, "-c", program, folder]
    result = subprocess.run(
        command, env={**os.environ, **older}, capture_output=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    return models, folder


@pytest.mark.parametrize("build", BUILDERS)
def test_an_older_keras_computes_the_same(opened_by_an_older_keras, build):
    models, folder = opened_by_an_older_keras
    model = models[build.__name__]
    expected = model.predict(seen(model, 5), verbose=0)
    np.testing.assert_allclose(np.load(folder / f"{build.__name__}.npy"), expected, atol=1e-6)


@pytest.mark.parametrize("build", BUILDERS)
def test_what_was_loaded_is_saved_as_the_same_bytes(tmp_path, build):
    save_reproducible(build(), tmp_path / "first.keras")
    save_reproducible(keras.models.load_model(tmp_path / "first.keras"), tmp_path / "again.keras")
    first, again = ((tmp_path / f"{name}.keras").read_bytes() for name in ("first", "again"))
    assert first == again


@pytest.mark.parametrize("build", BUILDERS)
def test_the_onnx_model_agrees_on_any_number_of_images(tmp_path, build):
    model = build()
    export_onnx(model, tmp_path / "model.onnx")
    run = OnnxModel(tmp_path / "model.onnx")
    for count in (1, 250, 251, 600):
        images = seen(model, count)
        expected = model.predict(images, verbose=0)
        expected = expected[..., 0] if expected.ndim == 4 else expected
        np.testing.assert_allclose(run(images[..., 0]), expected, atol=3e-6)


def test_the_onnx_graph_is_canonical(tmp_path):
    export_onnx(build_autoencoder(), tmp_path / "model.onnx")
    graph = onnx.load(tmp_path / "model.onnx").graph
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("Conv") == 7
    assert kinds.count("Resize") == kinds.count("MaxPool") == 3
    assert [value.name for value in (*graph.input, *graph.output)] == ["input", "output"]


def test_only_a_model_of_tiles_says_so_in_its_file(tmp_path):
    model = build_autoencoder()
    export_onnx(model, tmp_path / "wholes.onnx")
    export_onnx(model, tmp_path / "tiles.onnx", tiles=True)
    assert not OnnxModel(tmp_path / "wholes.onnx").takes_tiles
    assert OnnxModel(tmp_path / "tiles.onnx").takes_tiles
    wholes, tiles = (onnx.load(tmp_path / f"{name}.onnx") for name in ("wholes", "tiles"))
    assert [(entry.key, entry.value) for entry in tiles.metadata_props] == [("takes", "tiles")]
    del tiles.metadata_props[:]
    assert tiles == wholes


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
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    assert (result.returncode, result.stdout.strip()) == (0, "(2, 28, 28)"), result.stderr


def test_a_missing_or_broken_model_is_told_in_a_sentence(tmp_path):
    with pytest.raises(InputError, match="does not exist: `dvc repro` makes it"):
        OnnxModel(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_text("no model", encoding="utf-8")
    with pytest.raises(InputError, match="is not a model ONNX Runtime can read"):
        OnnxModel(tmp_path / "bad.onnx")

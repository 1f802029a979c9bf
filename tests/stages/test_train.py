"""The train stage on JAX leaves a model in both forms, a curve and final figures.

On TensorFlow, test_pipeline.py and test_interruptions.py run it.
"""

import json
import math
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from denoise.onnx_model import OnnxModel
from tests.stages.small_run import finish, start, train_options, write_parameters

OUTPUTS = {"loss.csv", "model/model.keras", "model/model.onnx", "train.json"}


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def run(tmp_path_factory, small_data):
    """The folder in which JAX has trained, and what was printed."""
    folder = tmp_path_factory.mktemp("jax")
    write_parameters(folder, backend="jax")
    return folder, finish(start(folder, "train", *train_options(small_data)))


def test_a_small_run_on_jax(run, small_data):
    folder, printed = run
    assert "on JAX 0" in printed
    assert "CPU" in printed or "NVIDIA" in printed
    assert files(folder) == {"params.yaml", *OUTPUTS}
    curve = pd.read_csv(folder / "loss.csv")
    final = json.loads((folder / "train.json").read_text(encoding="utf-8"))
    assert len(curve) == 2
    assert final.keys() == {"loss", "val_loss", "val_noisy_loss"}
    assert final["val_noisy_loss"] == curve["val_noisy_loss"].iloc[-1] < math.log(2)

    images = np.load(small_data / "noisy" / "images.npy")[:3].astype(np.float32)
    loaded = keras.models.load_model(folder / "model" / "model.keras")
    assert not loaded.compiled  # weights and architecture, and nothing of the training
    assert (folder / "model" / "model.keras").stat().st_size < 100_000
    expected = OnnxModel(folder / "model" / "model.onnx")(images[..., 0])
    np.testing.assert_allclose(loaded.predict(images, verbose=0)[..., 0], expected, atol=1e-5)


def test_two_processes_train_as_one(run, tmp_path, small_data):
    alone, _ = run
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        write_parameters(tmp_path / name, backend="jax")
    options = train_options(small_data)
    addresses = "127.0.0.1:29517,127.0.0.1:29518"
    together = [
        start(
            tmp_path / name,
            "train",
            *options,
            KERAS_DISTRIBUTION_JOB_ADDRESSES=addresses,
            KERAS_DISTRIBUTION_NUM_PROCESSES="2",
            KERAS_DISTRIBUTION_PROCESS_ID=str(number),
        )
        for number, name in enumerate(("first", "second"))
    ]
    for process in together:
        finish(process)

    assert files(tmp_path / "first") == files(alone) == {"params.yaml", *OUTPUTS}
    assert files(tmp_path / "second") == {"params.yaml"}

    def weights(folder):
        return keras.models.load_model(folder / "model" / "model.keras").get_weights()

    for ours, theirs in zip(weights(tmp_path / "first"), weights(alone), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)
    curves = [pd.read_csv(folder / "loss.csv") for folder in (tmp_path / "first", alone)]
    np.testing.assert_allclose(*curves, atol=1e-4)


@pytest.mark.parametrize(
    ("backend", "variables", "message"),
    [
        ("jax", {"KERAS_DISTRIBUTION_NUM_PROCESSES": "2"}, "set all or none"),
        (
            "tensorflow",
            {
                "KERAS_DISTRIBUTION_JOB_ADDRESSES": "127.0.0.1:1,127.0.0.1:2",
                "KERAS_DISTRIBUTION_NUM_PROCESSES": "2",
                "KERAS_DISTRIBUTION_PROCESS_ID": "0",
            },
            "set train.backend to jax in params.yaml",
        ),
    ],
)
def test_several_processes_that_cannot_train_together_are_told_why(
    tmp_path: Path, small_data, backend, variables, message
):
    write_parameters(tmp_path, backend=backend)
    process = start(tmp_path, "train", *train_options(small_data), **variables)
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert message in printed
    assert "Traceback" not in printed
    assert files(tmp_path) == {"params.yaml"}

"""The train stage on either backend leaves a model, its twin, a curve and final figures."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from denoise.onnx_model import OnnxModel

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "DENOISE_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    ("backend", "device"), [("tensorflow", "on TensorFlow 2"), ("jax", "on JAX 0")]
)
def test_a_small_run(tmp_path, backend, device):
    yaml = YAML()
    parameters = yaml.load(ROOT / "params.yaml")
    parameters["prepare"]["dataset"] = "digits"
    parameters["noise"]["copies"] = 1
    parameters["train"] = {"backend": backend, "recipe": "quick"}
    parameters["recipes"]["quick"]["epochs"] = 2
    yaml.dump(parameters, tmp_path / "params.yaml")

    def stage(name, *options):
        command = [ROOT / "stages" / "run", name, *options]
        return subprocess.run(
            command, cwd=tmp_path, env=ENVIRONMENT, check=True, capture_output=True, text=True
        ).stdout

    stage("prepare", "--clean", "clean")
    stage("generate", "--clean", "clean", "--noisy", "noisy")
    outputs = ("--model", "model", "--curve", "loss.csv", "--metrics", "train.json")
    printed = stage("train", "--clean", "clean", "--noisy", "noisy", *outputs)

    assert device in printed
    assert "CPU" in printed or "NVIDIA" in printed
    curve = pd.read_csv(tmp_path / "loss.csv")
    final = json.loads((tmp_path / "train.json").read_text())
    assert (final["epochs"], final["weights"]) == (2, 4385)
    assert final["val_noisy_loss"] == curve["val_noisy_loss"].iloc[-1] < math.log(2)
    images = np.load(tmp_path / "noisy" / "images.npy")[:3, :, :, 0]
    assert OnnxModel(tmp_path / "model" / "model.onnx")(images).shape == (3, 28, 28)
    # With JAX the archive also carries the optimizer, which only training can rebuild.
    loaded = keras.models.load_model(
        tmp_path / "model" / "model.keras", compile=backend == "tensorflow"
    )
    np.testing.assert_allclose(
        loaded.predict(images[..., np.newaxis].astype(np.float32), verbose=0)[..., 0],
        OnnxModel(tmp_path / "model" / "model.onnx")(images),
        atol=1e-5,
    )
    if backend == "tensorflow":
        assert (tmp_path / "model" / "model.keras").stat().st_size < 100_000

"""judge: train the classifier of clean digits that will say how legible a denoised digit is."""

from pathlib import Path

import numpy as np

from denoise.arrays import read_array
from denoise.backend import select_backend
from denoise.metric_files import write_json
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from stages.command import run_stage


def judge(parameters: Parameters, clean: Path, model: Path, metrics: Path) -> None:
    """Leave the trained judge and its accuracy on clean test digits."""
    images, labels = read_array(clean, "train_images"), read_array(clean, "train_labels")
    test, test_labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    select_backend(parameters.train.backend)
    from denoise.judge import train_judge
    from denoise.model_folder import save_model
    from denoise.pairs import as_grey_values

    trained = train_judge(images, labels, parameters.judge, parameters.seed)
    save_model(trained, model, as_grey_values(test[:100]))
    readings = OnnxModel(model / "model.onnx")(test.astype(np.float32) / 255)
    accuracy = float(np.mean(readings.argmax(axis=1) == test_labels))
    write_json({"accuracy": accuracy, "weights": trained.count_params()}, metrics)


if __name__ == "__main__":
    run_stage(judge)

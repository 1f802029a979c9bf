"""classifier: train what will say how legible a denoised image is, on clean ones."""

from pathlib import Path

import numpy as np

from denoise.backends.backend import select_backend
from denoise.io.atomic import atomic_folder
from denoise.io.command_line import run_stage
from denoise.io.parameters.pipeline import Parameters
from denoise.onnx_model import OnnxModel
from denoise.storage.arrays import read_array, read_labels
from denoise.storage.metric_files import write_json


def classifier(parameters: Parameters, clean: Path, model: Path, metrics: Path) -> None:
    """Leave the trained classifier and its accuracy on clean test images; none without labels."""
    labels, test_labels = read_labels(clean, "train"), read_labels(clean, "test")
    if labels is None or test_labels is None:
        print("The data has no labels: there is nothing to read, and no legibility", flush=True)
        with atomic_folder(model) as partial:
            (partial / "none.txt").write_text("The data has no labels.\n", encoding="utf-8")
        write_json({}, metrics)
        return
    images, test = read_array(clean, "train_images"), read_array(clean, "test_images")
    select_backend(parameters.train.backend)
    from denoise.classifier import train_classifier
    from denoise.export.model_folder import save_model
    from denoise.training.pairs import as_grey_values

    trained = train_classifier(images, labels, parameters.classifier, parameters.seed)
    save_model(trained, model, as_grey_values(test[:100]))
    readings = OnnxModel(model / "model.onnx")(test.astype(np.float32) / 255)
    accuracy = float(np.mean(readings.argmax(axis=1) == test_labels))
    write_json({"accuracy": accuracy}, metrics)


if __name__ == "__main__":
    run_stage(classifier)

"""What the Hugging Face hub reads of a model card: the YAML before its text.

Format: https://huggingface.co/docs/hub/model-cards#model-card-metadata.
"""

import io
from typing import Any

import pandas as pd
from ruamel.yaml import YAML

from denoise.io.parameters.pipeline import Parameters
from denoise.reporting.result_tables import available, describe_noise

DATASETS = {"mnist": "ylecun/mnist", "fashion-mnist": "zalando-datasets/fashion_mnist"}  # there
TASK = "image-to-image"
# Columns of the results, the hub's names for such metrics, and words.
METRICS = (
    ("psnr", "psnr", "PSNR in dB"),
    ("psnr_estimate", "psnr", "Estimated PSNR in dB, against a second noisy picture"),
    ("ssim", "ssim", "SSIM"),
    ("legibility", "accuracy", "Legibility: denoised digits that are read correctly"),
)


def front_matter(parameters: Parameters, results: pd.DataFrame) -> str:
    """Return the YAML between the lines of three dashes.

    Parameters
    ----------
    parameters : Parameters
        What the model was trained by.
    results : pandas.DataFrame
        metrics/summary/results.csv.
    """
    name = parameters.prepare.dataset
    measured = results[results["method"] == parameters.model.architecture]
    metrics = available(METRICS, measured)
    metadata = {
        "license": "mit",
        "library_name": "keras",
        "pipeline_tag": TASK,
        "tags": ["denoising", "autoencoder", "onnx", "dvc", "reproducibility"],
        **({"datasets": [DATASETS[name]]} if name in DATASETS else {}),
        "metrics": [kind for _, kind, _ in metrics],
        "model-index": [
            {
                "name": "denoiser",
                "results": [
                    _result(level, DATASETS.get(name, name), metrics)
                    for level in measured.to_dict("records")
                ],
            }
        ],
    }
    text = io.StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.indent(sequence=4, offset=2)
    yaml.dump(metadata, text)
    return text.getvalue()


def _result(level: dict[str, Any], dataset: str, metrics: list[tuple]) -> dict[str, Any]:
    noise = describe_noise(level["kind"], level["amplitude"])
    return {
        "task": {"type": TASK, "name": "Image denoising"},
        "dataset": {
            "type": dataset,
            "name": f"test images, blur σ {level['blur']:g}, noise {noise}",
            "config": level["level"],
            "split": "test",
        },
        "metrics": [
            {"type": kind, "name": title, "value": level[column]}
            for column, kind, title in metrics
            if not pd.isna(level[column])  # an estimated error of 0, or less by chance
        ],
    }

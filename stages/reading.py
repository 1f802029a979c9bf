"""reading: say how sure the classifier's reading of a denoised digit is, and test what it says."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.backends.backend import select_backend
from denoise.evaluation.levels import corrupt_at_level
from denoise.io.atomic import atomic_folder
from denoise.io.command_line import run_stage
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.onnx_model import OnnxModel
from denoise.reporting.figures import draw_nothing
from denoise.reporting.figures_uncertainty import draw_risk
from denoise.reporting.reading_tables import readings_as_markdown
from denoise.reporting.uncertainty_tables import AS_TRAINED
from denoise.storage.arrays import read_array, read_labels
from denoise.storage.metric_files import write_json, write_table, write_text
from denoise.uncertainty.confidence import Confidence, ReadingCalibration, as_mapping
from denoise.uncertainty.fresh_noise import corrupt_as_trained
from denoise.uncertainty.reading_calibration import (
    calibrate_readings,
    measure_readings,
    risk_coverage,
)

Model = Callable[[np.ndarray], np.ndarray]
OWN, ENSEMBLE = "denoiser", "ensemble"  # as `python -m denoise --model` names them


def reading(
    studies: Studies,
    name: str,
    clean: Path,
    members: Path,
    ensemble: Path,
    model: Path,
    networks: Path,
    classifier: Path,
    out: Path,
) -> None:
    """Leave the calibration, and errors against refusals at every level on all test images.

    The pipeline's classifier has seen the held-out images clean, and is surer of them than of new
    ones. So another is trained as it was, on what the ensemble's members have seen, and the
    calibration is that one's.
    """
    labels = [read_labels(clean, part) for part in ("train", "test")]
    with atomic_folder(out) as partial:
        if labels[0] is None or labels[1] is None:
            write_json({}, partial / "calibration.json")
            write_text(
                "The data has no labels: there is nothing to read.\n", partial / "results.md"
            )
            draw_nothing("the data has no labels", partial / "risk.png")
            return
        training = studies.ensemble_training(name)
        folders = [members / str(seed) for seed in training.seeds]
        joined = OnnxModel(ensemble / "model.onnx")
        singles = [OnnxModel(folder / "model.onnx") for folder in folders]
        calibration = calibrate(studies, name, clean, labels[0], joined, singles)
        write_json(as_mapping(calibration), partial / "calibration.json")
        models: dict[str, tuple[Model, Confidence]] = {
            ENSEMBLE: (joined, calibration.ensemble),
            OWN: (OnnxModel(model / "model.onnx"), calibration.single),
        }
        for other, path in committed(studies, networks).items():
            models[other] = (OnnxModel(path), calibration.single)
        rows, curves = read_test_images(
            studies, name, read_array(clean, "test_images"), labels[1], models, classifier
        )
        results = pd.DataFrame(rows)
        write_table(results, partial / "results.csv")
        wrong = studies.ensembles[name].wrong
        write_text(readings_as_markdown(results, calibration, wrong), partial / "results.md")
        draw_risk(curves, partial / "risk.png")


def calibrate(
    studies: Studies,
    name: str,
    clean: Path,
    labels: np.ndarray,
    joined: Model,
    singles: list[Model],
) -> ReadingCalibration:
    """Calibrate on the held-out training images, with a classifier that has not seen them."""
    training, pipeline = studies.ensemble_training(name), studies.pipeline
    images, held_out = read_array(clean, "train_images"), training.held_out
    noisy = corrupt_as_trained(
        images[-held_out:], training.noise, pipeline.seed, f"ensembles/{name}/readings"
    )
    read = train_twin(studies, images[:-held_out], labels[:-held_out])
    first, wrong = np.arange(held_out) < held_out // 2, studies.ensembles[name].wrong
    of_ensemble = calibrate_readings(read(joined(noisy)), labels[-held_out:], first, wrong)
    of_members = calibrate_readings(
        np.concatenate([read(single(noisy)) for single in singles]),
        np.tile(labels[-held_out:], len(singles)),
        np.tile(first, len(singles)),
        wrong,
    )
    return ReadingCalibration(ensemble=of_ensemble, single=of_members)


def train_twin(studies: Studies, images: np.ndarray, labels: np.ndarray) -> Model:
    """Return a classifier trained as the pipeline's own, on fewer images."""
    select_backend(studies.pipeline.train.backend)
    from denoise.classifier import train_classifier
    from denoise.export.onnx_export import export_onnx

    pipeline = studies.pipeline
    trained = train_classifier(images, labels, pipeline.classifier, pipeline.seed)
    with TemporaryDirectory() as folder:
        export_onnx(trained, Path(folder) / "model.onnx")
        return OnnxModel(Path(folder) / "model.onnx")


def committed(studies: Studies, networks: Path) -> dict[str, Path]:
    """Return the first training of each other network, as the command line takes it."""
    _, *names = studies.networks()
    return {
        name: networks / name / str(studies.of("networks")[name].seeds[0]) / "model.onnx"
        for name in names
    }


def read_test_images(
    studies: Studies,
    name: str,
    images: np.ndarray,
    labels: np.ndarray,
    models: dict[str, tuple[Model, Confidence]],
    classifier: Path,
) -> tuple[list[dict], dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]]:
    """Read what each model leaves of all test images: a row for each, and curves for the first two.

    The other networks are read in noise like that of training alone.
    """
    read, pipeline, noise = (
        OnnxModel(classifier / "model.onnx"),
        studies.pipeline,
        studies.ensemble_training(name).noise,
    )
    rows, curves = [], {ENSEMBLE: {}, OWN: {}}
    for level in tqdm([AS_TRAINED, *pipeline.made_levels], unit=" levels", disable=None):
        if level == AS_TRAINED:
            noisy = corrupt_as_trained(images, noise, pipeline.seed, f"ensembles/{name}/test")
        else:
            noisy = corrupt_at_level(images, pipeline.levels[level], pipeline.seed, f"test/{level}")
        for method, (model, confidence) in models.items():
            if level == AS_TRAINED or method in curves:
                digits, sure = confidence.read(read(model(noisy)))
                row = {"level": level, "method": method, "images": len(images)}
                rows.append(row | measure_readings(digits == labels, sure, confidence.least))
                if method in curves:
                    curves[method][level] = risk_coverage(digits == labels, sure)
    return rows, curves


if __name__ == "__main__":
    run_stage(reading, read_studies, STUDIES)

"""latent: what the 128 numbers in the middle of the autoencoder carry."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.analysis.latent_code import (
    SHEET,
    Code,
    as_jpeg,
    entropy_bits,
    has_code,
    linear_probe,
    quantise,
    restore,
)
from denoise.evaluation.levels import corrupt_at_level
from denoise.evaluation.metrics import means_with_intervals
from denoise.evaluation.reader import Reader
from denoise.io.command_line import run_stage
from denoise.io.parameters.pipeline import Parameters
from denoise.reporting.figures import draw_nothing
from denoise.reporting.figures_latent import draw_compression, draw_units
from denoise.storage.arrays import has_clean, read_array, read_labels, read_noisy
from denoise.storage.metric_files import write_table

TRAINED_ON = 5000  # training images the linear classifiers see
BITS = (8, 6, 5, 4, 3, 2)  # a number of the code
UNUSED = 1e-3  # of the largest variance of a unit: below, it says next to nothing


def latent(
    parameters: Parameters,
    clean: Path,
    model: Path,
    classifier: Path,
    out: Path,
) -> None:
    """Leave what the code holds, and two figures of it.

    How much of it is used, what a linear classifier reads from it at every level, and what
    quality it keeps in how many bytes. A model without a code leaves tables without rows, data
    without labels no probe. Of data without clean images, noisy ones are encoded, and no quality
    can be told.
    """
    if not has_code(model / "model.onnx"):
        print(f"{parameters.model.architecture} has no code: nothing to measure", flush=True)
        write_table(pd.DataFrame([{"units": 0, "units_used": 0}]), out / "code.csv")
        write_table(pd.DataFrame(columns=["level"]), out / "probe.csv")
        write_table(pd.DataFrame(columns=["coder"]), out / "compression.csv")
        for name in ("units.png", "compression.png"):
            draw_nothing(f"{parameters.model.architecture} has no code", out / name)
        return
    coder, reader = Code(model / "model.onnx"), Reader(clean, classifier)
    came = {part: read_noisy(clean, part) for part in ("train", "test")}
    training, test = (
        read_array(clean, f"{part}_images") if has_clean(clean) else noisy[0]
        for part, noisy in came.items()
    )
    training = training[:TRAINED_ON]
    reference, codes = coder.encode(training / 255.0), coder.encode(test / 255.0)
    variances = codes.reshape(len(codes), -1).var(axis=0)
    used = variances > UNUSED * variances.max()
    counts = {"units": len(variances), "units_used": int(used.sum())}
    write_table(pd.DataFrame([counts]), out / "code.csv")
    count = len(test) // SHEET**2 * SHEET**2
    if has_clean(clean) and count:
        table = compress(coder, reader, test[:count] / 255.0, codes[:count], reference)
        write_table(table, out / "compression.csv")
        draw_compression(table, out / "compression.png")
    else:
        write_table(pd.DataFrame(columns=["coder"]), out / "compression.csv")
        why = f"fewer than {SHEET**2} test images" if has_clean(clean) else "no clean images"
        draw_nothing(f"the data has {why}", out / "compression.png")
    labels, training_labels = reader.labels, read_labels(clean, "train")
    training_labels = None if training_labels is None else training_labels[:TRAINED_ON]
    if labels is None or np.unique(training_labels).size < 2:
        write_table(pd.DataFrame(columns=["level"]), out / "probe.csv")
        why = "no labels" if labels is None else f"one class in its first {TRAINED_ON} images"
        draw_nothing(f"the data has {why}", out / "units.png")
        return
    plane = linear_probe(reference, training_labels).transform(codes.reshape(len(codes), -1))
    plane = np.pad(plane, ((0, 0), (0, 1)))[:, :2]  # two classes span a line
    draw_units(variances, plane, labels, out / "units.png")
    rows = []
    for level in tqdm(sorted(parameters.levels), unit=" levels", disable=None):
        strength, seed = parameters.levels[level], parameters.seed
        seen = corrupt_at_level(training, strength, seed, f"code/{level}", came["train"])
        shown = corrupt_at_level(test, strength, seed, f"test/{level}", came["test"])
        row = {"level": level}
        for name, first, second in (
            ("code", coder.encode(seen), coder.encode(shown)),
            ("pixels", seen, shown),
        ):
            probe = linear_probe(first, training_labels)
            row[name] = probe.score(second.reshape(len(second), -1), labels)
        rows.append(row)
    write_table(pd.DataFrame(rows), out / "probe.csv")


def compress(
    coder: Code,
    reader: Reader,
    images: np.ndarray,
    codes: np.ndarray,
    reference: np.ndarray,
) -> pd.DataFrame:
    """Size and quality of clean images as quantised codes and as JPEG of the same size or less."""
    rows = []
    for bits in BITS:
        steps = quantise(codes, reference, bits)
        decoded = coder.decode(restore(steps, reference, bits))
        size = codes[0].size * bits / 8
        row = {"coder": "code", "setting": bits, "bytes": size}
        row |= {"entropy_bytes": entropy_bits(steps) / 8}
        rows.append(row | means_with_intervals(reader.measure(decoded, images)))
    for quality in (1, 5, 10, 15, 20, 30, 40, 60, 80):
        decoded, size = as_jpeg(images, quality)
        row = {"coder": "JPEG", "setting": quality, "bytes": size, "entropy_bytes": size}
        rows.append(row | means_with_intervals(reader.measure(decoded, images)))
    return pd.DataFrame(rows)


if __name__ == "__main__":
    run_stage(latent)

"""code: what the 128 numbers in the middle of the autoencoder carry."""

from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from denoise.arrays import read_array
from denoise.code import (
    Code,
    as_jpeg,
    entropy_bits,
    has_code,
    linear_reader,
    quantise,
    restore,
)
from denoise.figures_code import draw_compression, draw_nothing, draw_units
from denoise.levels import corrupt_at_level
from denoise.metric_files import write_json, write_table
from denoise.onnx_model import OnnxModel
from denoise.parameters import Parameters
from denoise.quality import means_with_intervals, measure
from stages.command import run_stage

TRAINED_ON = 5000  # training images the linear classifiers see
COMPRESSED = 2000  # test images that are compressed
BITS = (8, 6, 5, 4, 3, 2)  # a number of the code
UNUSED = 1e-3  # of the largest variance of a unit: below, it says next to nothing


def code(
    parameters: Parameters,
    clean: Path,
    model: Path,
    judge: Path,
    metrics: Path,
    reading: Path,
    compression: Path,
    units: Path,
    sizes: Path,
) -> None:
    """Leave how much of the code is used, what a linear classifier reads from it at every level,
    and what quality it keeps in how many bytes; two figures. A model without a code leaves
    tables without rows.
    """
    if not has_code(model / "model.onnx"):
        print(f"{parameters.model.architecture} has no code: nothing to measure", flush=True)
        write_json({"units": 0}, metrics)
        write_table(pd.DataFrame(columns=["level"]), reading)
        write_table(pd.DataFrame(columns=["coder"]), compression)
        for path in (units, sizes):
            draw_nothing(f"{parameters.model.architecture} has no code", path)
        return
    coder, read = Code(model / "model.onnx"), OnnxModel(judge / "model.onnx")
    training = read_array(clean, "train_images")[:TRAINED_ON]
    training_labels = read_array(clean, "train_labels")[:TRAINED_ON]
    test, labels = read_array(clean, "test_images"), read_array(clean, "test_labels")
    reference, codes = coder.encode(training / 255.0), coder.encode(test / 255.0)
    variances = codes.reshape(len(codes), -1).var(axis=0)
    used = variances > UNUSED * variances.max()
    write_json({"units": len(variances), "units_used": int(used.sum())}, metrics)
    plane = linear_reader(reference, training_labels).transform(codes.reshape(len(codes), -1))
    draw_units(variances, plane[:, :2], labels, units)

    rows = []
    for level in tqdm(sorted(parameters.levels), unit=" levels", disable=None):
        strength, seed = parameters.levels[level], parameters.seed
        seen = corrupt_at_level(training, strength, seed, f"code/{level}")
        shown = corrupt_at_level(test, strength, seed, f"test/{level}")
        row = {"level": level}
        for name, first, second in (
            ("code", coder.encode(seen), coder.encode(shown)),
            ("pixels", seen, shown),
        ):
            reader = linear_reader(first, training_labels)
            row[name] = reader.score(second.reshape(len(second), -1), labels)
        rows.append(row)
    write_table(pd.DataFrame(rows), reading)

    count = min(COMPRESSED, len(test) // 100 * 100)
    table = compress(coder, read, test[:count] / 255.0, labels[:count], codes[:count], reference)
    write_table(table, compression)
    draw_compression(table, sizes)


def compress(
    coder: Code,
    read: OnnxModel,
    images: np.ndarray,
    labels: np.ndarray,
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
        rows.append(row | means_with_intervals(measure(decoded, images, labels, read(decoded))))
    for quality in (1, 5, 10, 15, 20, 30, 40, 60, 80):
        decoded, size = as_jpeg(images, quality)
        row = {"coder": "JPEG", "setting": quality, "bytes": size, "entropy_bytes": size}
        rows.append(row | means_with_intervals(measure(decoded, images, labels, read(decoded))))
    return pd.DataFrame(rows)


if __name__ == "__main__":
    run_stage(code)

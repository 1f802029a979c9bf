"""The clean and the noisy data set in Croissant, which catalogues and loaders of data sets read.

Format: http://mlcommons.org/croissant/1.0. Each file has its SHA-256, and DVC's own MD5.
"""

import json
import os
from datetime import datetime, time
from pathlib import Path
from typing import Any

import mlcroissant as mlc
import numpy as np
from ruamel.yaml import YAML

from denoise.io.parameters.datasets import About
from denoise.io.parameters.noise import GIVEN
from denoise.io.parameters.pipeline import Parameters
from tools.file_hash import file_hash

FORMATS = {".npy": "application/octet-stream", ".csv": "text/csv"}
COLUMNS = {
    "sample": (mlc.DataType.INTEGER, "number of the noisy image, its place in images.npy"),
    "copy": (mlc.DataType.INTEGER, "which of its clean image's copies it is, from 0"),
    "image": (mlc.DataType.INTEGER, "number of its clean image, its place in train_images.npy"),
    "sigma": (mlc.DataType.FLOAT, "width of the Gaussian that blurred it, pixels"),
    "amplitude": (mlc.DataType.FLOAT, "of its white noise, grey values of [0, 1]"),
}
UNKNOWN = ("sigma", "amplitude")  # of noisy pictures that are as they came


def describe_clean(
    folder: Path, relative_to: Path, parameters: Parameters, about: About | None
) -> dict[str, Any]:
    """Return the Croissant of data/clean.

    Parameters
    ----------
    folder : Path
        What the stage prepare left.
    relative_to : Path
        The folder that the description will lie in.
    parameters : Parameters
        What it was made by.
    about : About or None
        What datasets.yaml says of the images.
    """
    shapes = {path.stem: np.load(path, mmap_mode="r").shape for path in folder.glob("*.npy")}
    name = parameters.prepare.dataset
    if "train_images" in shapes:
        train, (test, height, width) = shapes["train_images"][0], shapes["test_images"]
        what = ", and the class of each" if "train_labels" in shapes else ""
    else:
        (_, train, *_), (_, test, height, width) = shapes["train_noisy"], shapes["test_noisy"]
        what = "; two noisy pictures of each, and no clean one"
    description = (
        f"{name} as NumPy arrays: {train:,} training and {test:,} test images of {height}x{width}"
        f" grey values, uint8, 0 is black{what}."
    )
    return _describe(folder, relative_to, about, f"{name}-clean", description)


def describe_noisy(
    folder: Path, relative_to: Path, parameters: Parameters, about: About | None
) -> dict[str, Any]:
    """Return the Croissant of data/noisy, with what was done to each image as a record set.

    Parameters
    ----------
    folder : Path
        What the stage generate left.
    relative_to, parameters, about
        See `describe_clean`.
    """
    noise, name = parameters.noise, parameters.prepare.dataset
    fields = [
        mlc.Field(
            id=f"samples/{column}",
            name=column,
            description=meaning,
            data_types=[kind],
            source=mlc.Source(file_object="samples.csv", extract=mlc.Extract(column=column)),
        )
        for column, (kind, meaning) in COLUMNS.items()
        if noise.kind != GIVEN or column not in UNKNOWN
    ]
    description = (
        f"{noise.copies} corrupted copies of each training image of {name}-clean, as one array of"
        " float16 grey values, not clipped, copy after copy. Each copy was blurred by a Gaussian"
        f" with sigma from U({noise.blur[0]:g}, {noise.blur[1]:g}) pixels, then given {noise.kind}"
        f" white noise of amplitude U({noise.amplitude[0]:g}, {noise.amplitude[1]:g})."
    )
    if noise.kind == GIVEN:
        description = (
            f"{noise.copies} noisy pictures of each training image of {name}-clean, as they came,"
            " as one array of float16 grey values, copy after copy."
        )
    samples = [mlc.RecordSet(id="samples", name="samples", fields=fields)]
    return _describe(folder, relative_to, about, f"{name}-noisy", description, samples)


def _describe(
    folder: Path,
    relative_to: Path,
    source: About | None,
    name: str,
    description: str,
    record_sets: list[mlc.RecordSet] | None = None,
) -> dict[str, Any]:
    citation = YAML(typ="safe").load(Path("CITATION.cff"))
    about = {}
    if source is not None:
        about = {"cite_as": source.citation, "license": [source.license], "url": source.url}
    metadata = mlc.Metadata(
        name=name,
        description=description,
        version=citation["version"],
        date_published=datetime.combine(citation["date-released"], time()),
        distribution=[
            mlc.FileObject(
                id=path.name,
                name=path.name,
                content_url=Path(os.path.relpath(path, relative_to)).as_posix(),
                content_size=f"{path.stat().st_size} B",
                encoding_formats=[FORMATS[path.suffix]],
                sha256=file_hash(path),
                md5=file_hash(path, "md5"),
            )
            for path in sorted(folder.iterdir())
        ],
        record_sets=record_sets or [],
        **about,
    )
    # Through JSON, for the library leaves values of its own types.
    return json.loads(json.dumps(metadata.to_json(), default=str))

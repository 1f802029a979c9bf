"""Saving a Keras model so that the same weights always give the same bytes.

A ``.keras`` file is a zip archive with the time of saving in its metadata and on every member,
and with memory addresses, which tell shared objects, in its configuration. All are pinned here;
the file stays an ordinary one for `keras.models.load_model`.
"""

import itertools
import json
import re
import zipfile
from collections import defaultdict
from pathlib import Path

import keras

from denoise.io.atomic import atomic_file

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip archive can carry
DATE_SAVED = "1980-01-01@00:00:00"


def save_reproducible(model: keras.Model, path: Path) -> None:
    """Write ``model`` to ``path`` (``.keras``), architecture and weights and nothing else."""
    with atomic_file(path) as partial:
        keras.saving.save_model(model, partial)
        with zipfile.ZipFile(partial) as archive:
            members = {name: archive.read(name) for name in sorted(archive.namelist())}
        metadata = json.loads(members["metadata.json"])
        metadata["date_saved"] = DATE_SAVED
        members["metadata.json"] = json.dumps(metadata, sort_keys=True).encode()
        members["config.json"] = _number_shared_objects(members["config.json"].decode()).encode()
        with zipfile.ZipFile(partial, "w") as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), content)


def _number_shared_objects(config: str) -> str:
    """Replace the addresses of shared objects by 1, 2, ... in the order they appear."""
    numbers = defaultdict(itertools.count(1).__next__)
    return re.sub(
        r'("shared_object_id": )(\d+)', lambda match: f"{match[1]}{numbers[match[2]]}", config
    )

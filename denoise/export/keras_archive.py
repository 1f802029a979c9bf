"""Saving a Keras model so that the same weights always give the same bytes.

A ``.keras`` file is a zip archive with the time of saving in its metadata and on every member.
Both are pinned here. In its configuration, memory addresses tell which layers share an object, such
as a policy of types. They are left out: a loaded network shares none. The file stays an ordinary
one for `keras.models.load_model`, in Keras 3.4 and later.
"""

import json
import zipfile
from pathlib import Path

import keras

from denoise.io.atomic import atomic_file

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip archive can carry
DATE_SAVED = "1980-01-01@00:00:00"
# Keras 3.15 writes these of every initializer and dense layer, null where they are not used.
# Keras before them takes no key that it does not know.
NEW_KEYS = {"input_axes", "output_axes", "quantization_config"}


def save_reproducible(model: keras.Model, path: Path) -> None:
    """Write ``model`` to ``path`` (``.keras``), architecture and weights and nothing else."""
    with atomic_file(path) as partial:
        keras.saving.save_model(model, partial)
        with zipfile.ZipFile(partial) as archive:
            members = {name: archive.read(name) for name in sorted(archive.namelist())}
        metadata = json.loads(members["metadata.json"])
        metadata["date_saved"] = DATE_SAVED
        members["metadata.json"] = json.dumps(metadata, sort_keys=True).encode()
        members["config.json"] = _pinned(members["config.json"].decode()).encode()
        with zipfile.ZipFile(partial, "w") as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), content)


def _pinned(config: str) -> str:
    """Return a configuration without addresses, and without new keys that say nothing."""

    def entries(pairs: list[tuple]) -> dict:
        kept = {key: value for key, value in pairs if value is not None or key not in NEW_KEYS}
        kept.pop("shared_object_id", None)
        return kept

    return json.dumps(json.loads(config, object_pairs_hook=entries))

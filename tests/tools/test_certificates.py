"""Certificates of several sittings are added up, for files as they are now alone."""

import json

from tools.certificates import table
from tools.file_hash import file_hash

MACHINE = {"processor": "A processor", "instruction_sets": ["avx2"], "cores": 2, "system": "Linux"}


def write_lock(path, **outs):
    stages = {name: {"cmd": "true", "outs": [{"path": out}]} for name, out in outs.items()}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"schema": "2.0", "stages": stages}))


def certify(root, name, *files):
    folder = root / "certificates"
    folder.mkdir(exist_ok=True)
    content = {
        "machine": MACHINE,
        "commit": "0" * 40,
        "files": dict.fromkeys(files, "same bytes"),
        "sha256": {file: file_hash(root / file) for file in files},
    }
    (folder / f"{name}.json").write_text(json.dumps(content))


def test_they_are_added_up(tmp_path):
    write_lock(tmp_path / "dvc.lock", generate="data/noisy", train="models/denoiser")
    write_lock(tmp_path / "studies" / "dvc.lock", trial="trials/a.csv", spread="spread.csv")
    files = ("models/denoiser/a", "models/denoiser/b", "studies/trials/a.csv", "studies/spread.csv")
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(file)
    certify(tmp_path, "pipeline", *files[:2])
    certify(tmp_path, "trial", *files[1:3])
    words = "As they are now, {} of the 2 files of the pipeline and 1 of the 2 files of the studies"
    assert words.format(2) in table(tmp_path / "certificates", tmp_path)
    (tmp_path / files[0]).write_text("of a later commit")
    assert words.format(1) in table(tmp_path / "certificates", tmp_path)

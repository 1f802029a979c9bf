"""Write what archives and catalogues want to know of the results.

A run crate, two Croissants, a model card, and what Zenodo is to say of a deposit.

make provenance
"""

import json
import sys
from pathlib import Path

from ruamel.yaml import YAML

from denoise.io.errors import InputError
from denoise.io.parameters.datasets import read_dataset
from denoise.io.parameters.pipeline import read_parameters
from denoise.storage.metric_files import write_text
from tools.command_line import run
from tools.provenance.croissant import describe_clean, describe_noisy
from tools.provenance.model_card import write_card
from tools.provenance.recorded import read_lock
from tools.provenance.run_crate import describe_run
from tools.provenance.zenodo import describe_deposit

DOCS = Path("docs")
CLEAN, NOISY = Path("data/clean"), Path("data/noisy")
CITATION, DEPOSIT = Path("CITATION.cff"), Path(".zenodo.json")
RUN_CRATE = Path("ro-crate-metadata.json")  # a crate's root is where this file lies


def main() -> None:
    """Write all five; exit with a sentence where the pipeline has not run."""
    parameters = read_parameters(Path("params.yaml"))
    if not (CLEAN.exists() and NOISY.exists()):
        raise InputError(f"{CLEAN} or {NOISY} does not exist: run `make repro`")
    about = read_dataset(Path("datasets.yaml"), parameters.prepare.dataset).about
    write_text(write_card(parameters, about), DOCS / "model-card.md")
    _write(describe_clean(CLEAN, DOCS, parameters, about), DOCS / "croissant-clean.json")
    _write(describe_noisy(NOISY, DOCS, parameters, about), DOCS / "croissant-noisy.json")
    certificates = sorted(Path("docs/certificates").glob("*.json"))
    _write(describe_run(read_lock(), certificates), RUN_CRATE)
    citation = YAML(typ="safe").load(CITATION)
    _write(describe_deposit(citation), DEPOSIT)


def _write(content: dict, path: Path) -> None:
    write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", path)
    print(path)


if __name__ == "__main__":
    try:
        run(main)
    except (InputError, FileNotFoundError) as error:
        sys.exit(f"provenance: {error}")

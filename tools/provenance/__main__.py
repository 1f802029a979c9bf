"""Write what archives and catalogues want to know: a run crate, two Croissants, a model card.

make provenance
"""

import json
import sys
from pathlib import Path

from denoise.io.errors import InputError
from denoise.io.metric_files import write_text
from denoise.io.parameters import read_parameters
from tools.provenance.croissant import describe_clean, describe_noisy
from tools.provenance.model_card import write_card
from tools.provenance.recorded import read_lock
from tools.provenance.run_crate import describe_run

DOCS = Path("docs")
CLEAN, NOISY = Path("data/clean"), Path("data/noisy")
RUN_CRATE = Path("ro-crate-metadata.json")  # a crate's root is where this file lies


def main() -> None:
    """Write all four; exit with a sentence where the pipeline has not run."""
    parameters = read_parameters(Path("params.yaml"))
    if not (CLEAN.exists() and NOISY.exists()):
        raise InputError(f"{CLEAN} or {NOISY} does not exist: run `make repro`")
    write_text(write_card(parameters), DOCS / "model-card.md")
    _write(describe_clean(CLEAN, DOCS, parameters), DOCS / "croissant-clean.json")
    _write(describe_noisy(NOISY, DOCS, parameters), DOCS / "croissant-noisy.json")
    certificates = sorted(Path("docs/certificates").glob("*.json"))
    _write(describe_run(read_lock(), certificates), RUN_CRATE)


def _write(content: dict, path: Path) -> None:
    write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", path)
    print(path)


if __name__ == "__main__":
    try:
        main()
    except (InputError, FileNotFoundError) as error:
        sys.exit(f"provenance: {error}")

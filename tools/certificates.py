"""The certificates that were kept, as the table of docs/reproducibility.md.

python -m tools.certificates
"""

import json
from pathlib import Path

import pandas as pd

from denoise.reporting.result_tables import to_markdown
from tools.command_line import run
from tools.file_hash import file_hash
from tools.verdict import SAME

FOLDER = Path("docs/certificates")  # what `make verify` left on each kind of machine


def table(folder: Path, root: Path = Path()) -> str:
    """Return a row per certificate: how many of its files had the same bytes, and have them here.

    Parameters
    ----------
    folder : Path
        Of certificates.
    root : Path
        Of the repository whose files are compared with their SHA-256.

    Returns
    -------
    str
        Markdown.
    """
    rows = []
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        machine, verdicts = content["machine"], list(content["files"].values())
        only = f", {', '.join(content['only'])} alone" if "only" in content else ""
        same = verdicts.count(str(SAME))
        rows.append(
            {
                "processor": f"[{machine['processor']}](certificates/{path.name})",
                "widest instructions": widest(machine["instruction_sets"]),
                "cores": str(machine["cores"]),
                "system": machine["system"],
                "commit": content["commit"][:7],
                "files with the same bytes": f"{same} of {len(verdicts)}{only}",
                "of these, unchanged since": _unchanged(content, root),
            }
        )
    return to_markdown(pd.DataFrame(rows))


def _unchanged(certificate: dict, root: Path) -> str:
    hashes = certificate.get("sha256")
    if hashes is None:
        return "not recorded"
    paths = {root / name: digest for name, digest in hashes.items()}
    same = sum(path.is_file() and file_hash(path) == digest for path, digest in paths.items())
    return f"{same} of {len(hashes)}"


def widest(instruction_sets: list[str]) -> str:
    """Return the widest vector instructions among them, in their makers' spelling."""
    names = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}
    return next((name for flag, name in names.items() if flag in instruction_sets), "none of AVX")


def main() -> None:
    """Print the table."""
    print(table(FOLDER), end="")


if __name__ == "__main__":
    run(main)

"""The certificates that were kept, as the table of docs/reproducibility.md.

python -m tools.certificates
"""

import json
from pathlib import Path

import pandas as pd

from denoise.io.dvc_files import read_stages
from denoise.reporting.result_tables import to_markdown
from tools.command_line import run
from tools.file_hash import file_hash
from tools.stage_deps import PIPELINES
from tools.verdict import SAME
from tools.verify import DATA, files_below

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
        Markdown, with a sentence below about all of them together.
    """
    rows, certified = [], set()
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        machine, verdicts = content["machine"], list(content["files"].values())
        only = ", some stages alone" if "only" in content else ""
        same = verdicts.count(str(SAME))
        hashes = content.get("sha256", {})
        unchanged = {name for name, digest in hashes.items() if _has_hash(root / name, digest)}
        certified |= unchanged
        rows.append(
            {
                "processor": f"[{machine['processor']}](certificates/{path.name})",
                "widest instructions": widest(machine["instruction_sets"]),
                "cores": str(machine["cores"]),
                "system": machine["system"],
                "commit": content["commit"][:7],
                "files with the same bytes": f"{same} of {len(verdicts)}{only}",
                "of these, unchanged since": (
                    f"{len(unchanged)} of {len(hashes)}" if "sha256" in content else "not recorded"
                ),
            }
        )
    return f"{to_markdown(pd.DataFrame(rows))}\n{_together(certified, root)}\n"


def _has_hash(path: Path, digest: str) -> bool:
    return path.is_file() and file_hash(path) == digest


def _together(certified: set[str], root: Path) -> str:
    """Say how many of the files that stages leave in Git are certified as they are."""
    words = []
    for pipeline, what in zip(PIPELINES, ("the pipeline", "the studies"), strict=True):
        place = Path(pipeline).parent
        outs = [
            (place / out["path"]).as_posix()
            for entry in read_stages(root / place / "dvc.lock").values()
            for out in entry.get("outs", [])
        ]
        files = {
            name for out in outs if not out.startswith(DATA) for name in files_below(out, root)
        }
        words.append(f"{len(files & certified)} of the {len(files)} files of {what}")
    return f"As they are now, {' and '.join(words)} are certified."


def widest(instruction_sets: list[str]) -> str:
    """Return the widest vector instructions among them, in their makers' spelling."""
    names = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}
    return next((name for flag, name in names.items() if flag in instruction_sets), "none of AVX")


def main() -> None:
    """Print the table."""
    print(table(FOLDER), end="")


if __name__ == "__main__":
    run(main)

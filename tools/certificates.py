"""The certificates that were kept, as the table of docs/reproducibility.md.

python -m tools.certificates
"""

import json
from pathlib import Path

import pandas as pd

from denoise.reporting.result_tables import to_markdown
from tools.command_line import run
from tools.verdict import SAME

FOLDER = Path("docs/certificates")  # what `make verify` left on each kind of machine


def table(folder: Path) -> str:
    """Markdown: one row per certificate, with how many of its files had the same bytes."""
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
            }
        )
    return to_markdown(pd.DataFrame(rows))


def widest(instruction_sets: list[str]) -> str:
    """Return the widest vector instructions among them, in their makers' spelling."""
    names = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}
    return next((name for flag, name in names.items() if flag in instruction_sets), "none of AVX")


def main() -> None:
    """Print the table."""
    print(table(FOLDER), end="")


if __name__ == "__main__":
    run(main)

"""The certificates that were kept, as the table that the README shows.

python -m checks.certificates
"""

import json
from pathlib import Path

from checks.verify import SAME

FOLDER = Path("docs/certificates")  # what `make verify` left on each kind of machine


def table(folder: Path) -> str:
    """Markdown: one row per certificate, with how many of its files had the same bytes."""
    lines = [
        "| processor | widest instructions | cores | system | commit | files with the same bytes |",
        "| --- | --- | ---: | --- | --- | ---: |",
    ]
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text())
        machine, verdicts = content["machine"], list(content["files"].values())
        cells = [
            f"[{machine['processor']}]({path.as_posix()})",
            widest(machine["instruction_sets"]),
            str(machine["cores"]),
            machine["system"],
            content["commit"][:7],
            f"{verdicts.count(SAME)} of {len(verdicts)}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def widest(instruction_sets: list[str]) -> str:
    """The widest vector instructions among them, in their makers' spelling."""
    names = {"avx512f": "AVX-512", "avx2": "AVX2", "avx": "AVX"}
    return next((name for flag, name in names.items() if flag in instruction_sets), "none of AVX")


if __name__ == "__main__":
    print(table(FOLDER), end="")

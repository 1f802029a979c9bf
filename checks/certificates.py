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
            "AVX-512" if "avx512f" in machine["instruction_sets"] else "AVX2",
            str(machine["cores"]),
            machine["system"],
            content["commit"][:7],
            f"{verdicts.count(SAME)} of {len(verdicts)}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(FOLDER), end="")

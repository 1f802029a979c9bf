"""At which levels of noise the expectation behind a question held, failed, or is undecided."""

from collections.abc import Sequence

from denoise.reporting.verdicts import Verdict

# Questions expect a yes.
ANSWERS = {Verdict.HELD: "yes", Verdict.FAILED: "no", Verdict.UNDECIDED: "undecided"}


def levels_by_verdict(table: Sequence[str]) -> dict[str, list[str]]:
    """Return the levels of each verdict, from the lines of a Markdown table.

    Nothing where it has no columns ``level`` and ``verdict``, or several rows of a level.

    Raises
    ------
    KeyError
        When it has a verdict that there is no answer for.
    """
    title, _, *rows = (_cells(line) for line in table) if len(table) > 2 else ([], [])
    if not {"level", "verdict"} <= {*title}:
        return {}
    level, verdict = title.index("level"), title.index("verdict")
    if len({row[level] for row in rows}) < len(rows):
        return {}
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row[verdict], []).append(row[level])
    if unknown := found.keys() - ANSWERS:
        raise KeyError(f"answer for the verdict {min(unknown)!r}")
    return {name: found[name] for name in ANSWERS if name in found}


def verdicts_in_words(table: Sequence[str]) -> str:
    """Say at which levels an expectation held, failed or is undecided; empty where all agree."""
    found = levels_by_verdict(table)
    if len(found) < 2:
        return ""
    return " ".join(f"{name.capitalize()} at {_listed(levels)}." for name, levels in found.items())


def answer(question: str, table: Sequence[str]) -> str:
    """Return an item of a list: a question, and at which levels the answer is yes or no.

    Raises
    ------
    KeyError
        When the table does not say it for each level.
    """
    found = levels_by_verdict(table)
    if not found:
        raise KeyError(f"table of levels and verdicts below {question!r}")
    if len(found) == 1:
        ((name, levels),) = found.items()
        return f"- {question} At all levels asked, {_listed(levels)}: {ANSWERS[name]}."
    said = " ".join(f"At {_listed(levels)}: {ANSWERS[name]}." for name, levels in found.items())
    return f"- {question} {said}"


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _listed(levels: Sequence[str]) -> str:
    *others, last = (f"`{level}`" for level in levels)
    return f"{', '.join(others)} and {last}" if others else last

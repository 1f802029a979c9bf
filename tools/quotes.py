"""Bring what the pages quote from results up to date.

A page names a file of results, and everything down to ``<!-- end -->`` is quoted from it:

- ``<!-- from FILE -->`` quotes the whole file;
- ``<!-- from FILE | HEADING | HEADING -->`` quotes the parts below these headings, and ``top`` is
  what stands above the first one;
- ``<!-- words from FILE | HEADING -->`` leaves out the tables, but says at which levels a verdict
  is which; ``<!-- table from … -->`` leaves out all else;
- ``<!-- answers from FILE | HEADING -->`` lists the headings, which are questions, with answers;
- ``<!-- rows ROW; ROW from FILE | HEADING -->`` quotes these rows of a table, by their first cell;
- ``<!-- results -->``, ``<!-- weights -->`` and ``<!-- certificates -->`` quote what programs
  write.

make quotes
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from denoise.io.errors import InputError
from denoise.storage.metric_files import write_text
from tools import certificates, results
from tools.answers import answer, verdicts_in_words
from tools.command_line import run

TOP = "top"
END = "<!-- end -->"
MARK = re.compile(r"^<!-- (.+) -->\n", re.MULTILINE)
QUOTE = re.compile(r"(?:(words|table|answers) |rows (.+?) )?from ([^\s|]+)((?: \| [^|]+)*)")
PRINTED = {
    "results": results.overview,
    "weights": results.compare_weights,
    "certificates": lambda: certificates.table(certificates.FOLDER),
}


def main() -> None:
    """Write every page anew whose quotes are out of date, and name it."""
    for page in (Path("README.md"), *sorted(Path("docs").glob("*.md"))):
        text = page.read_text(encoding="utf-8")
        try:
            current = up_to_date(text)
        except (InputError, OSError) as error:
            sys.exit(f"quotes: {page}: {error}")
        if current != text:
            write_text(current, page)
            print(page)


def up_to_date(page: str) -> str:
    """Return a page with everything that it quotes as it is now.

    Raises
    ------
    InputError
        When it quotes a heading or a row that the file does not have, or a mark cannot be read or
        has no end.
    OSError
        When it quotes a file that cannot be read.
    """
    parts, written = [], 0
    for mark in MARK.finditer(page):
        quoted = quoted_at(mark[1])
        if quoted is None:
            continue
        end = page.find(END, mark.end())
        if end < 0 or "<!-- " in page[mark.end() : end]:
            raise InputError(f"{mark[0].strip()} has no {END}")
        parts += [page[written : mark.end()], quoted]
        written = end
    return "".join([*parts, page[written:]])


def quoted_at(mark: str) -> str | None:
    """Return what stands below a mark now; None where it is another kind of comment."""
    if mark in PRINTED:
        return PRINTED[mark]()
    found = QUOTE.fullmatch(mark)
    if not found:
        if "from" in mark.split():
            raise InputError(
                f"<!-- {mark} --> cannot be read: tools/quotes.py says how to write it"
            )
        return None
    part, rows, file, names = found.groups()
    content, headings = Path(file).read_text(encoding="utf-8"), names.split(" | ")[1:]
    try:
        if rows:
            return quote_rows(content, headings, rows.split("; "))
        return quote(content, headings, part)
    except KeyError as error:
        raise InputError(f"{file} has no {error.args[0]}") from None


def quote(content: str, headings: Sequence[str] = (), part: str | None = None) -> str:
    """Return parts of a Markdown file, all of them if none is named, with bold headings.

    ``part`` is ``words``, without tables, or ``table``, without all else, or None for both; with
    ``answers`` each heading becomes an item of a list.

    Raises
    ------
    KeyError
        When it has no such heading, or no answer below it.
    """
    if part == "answers":
        asked = parts_of(content, headings).items()
        return "\n".join(answer(question, table_of(text)) for question, text in asked) + "\n"
    chosen = []
    for name, text in parts_of(content, headings).items():
        if part == "words":
            by_level = verdicts_in_words(table_of(text))
            text = re.sub(r"^\|.*\n?", "", text, flags=re.MULTILINE).strip()
            text = f"{text} {by_level}".strip()
        elif part == "table":
            text = "\n".join(table_of(text))
        heading = [] if name == TOP or part == "table" else [f"**{name}**"]
        chosen += [each for each in (*heading, text) if each]
    return "\n\n".join(chosen) + "\n"


def quote_rows(content: str, headings: Sequence[str], rows: Sequence[str]) -> str:
    """Return the head of a table of a Markdown file, and its rows of these first cells.

    Raises
    ------
    KeyError
        When it has no such heading, no single table there, or no such row.
    """
    text = "\n\n".join(parts_of(content, headings or [TOP]).values())
    title, rule, *lines = table_of(text) or ["", ""]
    names = [line.split("|")[1].strip(" *") for line in lines]
    if len(set(names)) < len(names) or not names:
        raise KeyError(f"single table below {' | '.join(headings) or TOP}, with rows by name")
    by_name = dict(zip(names, lines, strict=True))
    if missing := [row for row in rows if row not in by_name]:
        raise KeyError(f"row {missing[0]!r}")
    return "\n".join([title, rule, *(by_name[row] for row in rows)]) + "\n"


def parts_of(content: str, headings: Sequence[str]) -> dict[str, str]:
    """Return what stands below these headings of a Markdown file, or below all, by heading."""
    top, *rest = re.split(r"^### (.+)\n", content, flags=re.MULTILINE)
    parts = {TOP: top.strip()}
    parts |= {name: text.strip() for name, text in zip(rest[::2], rest[1::2], strict=True)}
    if missing := [name for name in headings if name not in parts]:
        raise KeyError(f"heading {missing[0]!r}")
    return {name: parts[name] for name in headings} if headings else parts


def table_of(text: str) -> list[str]:
    """Return the lines of the tables in a text."""
    return [line for line in text.splitlines() if line.startswith("|")]


if __name__ == "__main__":
    run(main)

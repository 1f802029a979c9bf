"""What the pages quote is brought up to date from the files they name."""

import pytest

from denoise.io.errors import InputError
from tools.quotes import main, up_to_date

RESULTS = """| question | verdict |
|:---------|:--------|
| Is it?   | held    |

### Is it, in dB?

Verdict: held.

| level | psnr |
|:------|-----:|
| faint | 20.1 |
| light | 17.9 |

### Is it cheap?

Verdict: failed.
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results.md").write_text(RESULTS, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    return tmp_path


def page(mark):
    return f"# Results\n\n{mark}\n| level | psnr |\n| faint | 19.0 |\n<!-- end -->\n\nAnd so on.\n"


@pytest.mark.parametrize(
    ("mark", "quoted"),
    [
        (
            "<!-- from results.md | Is it, in dB? -->",
            "**Is it, in dB?**\n\nVerdict: held.\n\n"
            "| level | psnr |\n|:------|-----:|\n| faint | 20.1 |\n| light | 17.9 |\n",
        ),
        ("<!-- words from results.md | Is it, in dB? -->", "**Is it, in dB?**\n\nVerdict: held.\n"),
        (
            "<!-- words from results.md | Is it cheap? | Is it, in dB? -->",
            "**Is it cheap?**\n\nVerdict: failed.\n\n**Is it, in dB?**\n\nVerdict: held.\n",
        ),
        (
            "<!-- table from results.md | Is it, in dB? -->",
            "| level | psnr |\n|:------|-----:|\n| faint | 20.1 |\n| light | 17.9 |\n",
        ),
        (
            "<!-- rows light; faint from results.md | Is it, in dB? -->",
            "| level | psnr |\n|:------|-----:|\n| light | 17.9 |\n| faint | 20.1 |\n",
        ),
        (
            "<!-- rows Is it? from results.md -->",
            "| question | verdict |\n|:---------|:--------|\n| Is it?   | held    |\n",
        ),
        (
            "<!-- from results.md | top -->",
            "| question | verdict |\n|:---------|:--------|\n| Is it?   | held    |\n",
        ),
        ("<!-- from results.md -->", RESULTS.replace("### Is it, in dB?", "**Is it, in dB?**")),
    ],
)
def test_parts_are_quoted_by_their_headings(folder, mark, quoted):
    quoted = quoted.replace("### Is it cheap?", "**Is it cheap?**")
    current = up_to_date(page(mark))
    assert current == f"# Results\n\n{mark}\n{quoted}<!-- end -->\n\nAnd so on.\n"
    assert up_to_date(current) == current


@pytest.mark.parametrize(
    ("mark", "missing"),
    [
        ("<!-- words from results.md | Is it fast? -->", "heading 'Is it fast"),
        ("<!-- rows faint; dark from results.md | Is it, in dB? -->", "row 'dark'"),
    ],
)
def test_what_is_not_there_is_told(folder, mark, missing):
    with pytest.raises(InputError, match=rf"results\.md has no {missing}"):
        up_to_date(page(mark))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (page("<!-- tabel from results.md | Is it, in dB? -->"), "cannot be read"),
        (page("<!-- table faint from results.md | Is it, in dB? -->"), "cannot be read"),
        (page("<!-- rows from results.md -->"), "cannot be read"),
        (page("<!-- rows faint from results.md | Is it cheap? -->"), "has no single table"),
        (page("<!-- from results.md -->").replace("<!-- end -->", ""), "has no <!-- end -->"),
        (
            page("<!-- from results.md -->").replace("<!-- end -->", "")
            + page("<!-- words from results.md -->"),
            "<!-- from results.md --> has no <!-- end -->",
        ),
    ],
)
def test_a_mark_that_cannot_be_followed_is_told_and_nothing_is_lost(folder, text, why):
    (folder / "README.md").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=f"quotes: README.md: .*{why}"):
        main()
    assert (folder / "README.md").read_text(encoding="utf-8") == text


def test_the_pages_that_are_out_of_date_are_written_and_named(folder, capsys):
    (folder / "README.md").write_text("# No quotes\n", encoding="utf-8")
    stale = folder / "docs" / "stale.md"
    stale.write_text(page("<!-- words from results.md | Is it cheap? -->"), encoding="utf-8")
    main()
    assert capsys.readouterr().out == "docs/stale.md\n"
    assert "Verdict: failed." in stale.read_text(encoding="utf-8")
    main()
    assert capsys.readouterr().out == ""


def test_a_page_that_cannot_be_written_is_named(folder):
    (folder / "README.md").write_text(page("<!-- from missing.md -->"), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"quotes: README\.md: .*missing\.md"):
        main()


JUDGED = """### Is it better?

Verdict: held in 2 of 4 cases, failed in 1, undecided in 1.

| level  | psnr | verdict   |
|:-------|-----:|----------:|
| clean  | 20.1 |    failed |
| faint  | 17.9 |      held |
| light  | 15.9 |      held |
| strong | 11.9 | undecided |

### Is it worse?

Verdict: failed in all 1 cases.

| level  | verdict |
|:-------|--------:|
| clean  |  failed |

### Is it dear?

| recipe | verdict |
|:-------|--------:|
| muon   |    held |
"""


def test_words_say_at_which_levels_a_verdict_is_which(folder):
    (folder / "judged.md").write_text(JUDGED, encoding="utf-8")
    current = up_to_date(page("<!-- words from judged.md | Is it better? | Is it worse? -->"))
    assert (
        "Verdict: held in 2 of 4 cases, failed in 1, undecided in 1."
        " Held at `faint` and `light`. Failed at `clean`. Undecided at `strong`.\n" in current
    )
    assert "Verdict: failed in all 1 cases.\n" in current  # nothing to tell apart


def test_answers_say_at_which_levels_they_are_yes_or_no(folder):
    (folder / "judged.md").write_text(JUDGED, encoding="utf-8")
    current = up_to_date(page("<!-- answers from judged.md | Is it better? | Is it worse? -->"))
    assert (
        "- Is it better? At `faint` and `light`: yes. At `clean`: no. At `strong`: undecided.\n"
        "- Is it worse? At all levels, `clean`: no.\n<!-- end -->" in current
    )
    with pytest.raises(InputError, match=r"judged\.md has no table of levels and verdicts below"):
        up_to_date(page("<!-- answers from judged.md | Is it dear? -->"))

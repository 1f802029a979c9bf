"""claims: judge what was expected of the results by the results."""

from pathlib import Path

import pandas as pd

from denoise.evaluation.pooled import read_compared
from denoise.io.command_line import run_stage
from denoise.io.parameters.claims import CLAIMS, read_claims
from denoise.io.parameters.studies import STUDIES, Studies, read_studies
from denoise.reporting.result_tables import to_markdown
from denoise.reporting.verdicts import MARGINS, TITLES, Evidence, Finding, judge, overall
from denoise.storage.metric_files import read_table, write_table, write_text

UNITS = {
    "psnr": "dB of PSNR",
    "ssim": "SSIM",
    "legibility": "legibility",
    "bce": "nats per pixel",
    "held_out_loss": "nats per pixel",
}
EXPECTED = {
    "better": "better than {}",
    "not worse": "not worse than {} by more than {margin}",
    "reaches": "the targets",
    "not worse than published": "not worse than the published weights by more than {margin}",
    "fewer updates": "fewer updates than {}'s to the lowest loss that {} reaches",
    "best recipe": "no other recipe has a lower held-out loss by more than {margin}",
}


def claims(
    studies: Studies,
    own: Path,
    filters: Path,
    others: Path,
    joined: Path,
    gains: Path,
    convergence: Path,
    trials: Path,
    out: Path,
) -> None:
    """Leave a row per case as CSV, and every claim with its verdict as Markdown."""
    evidence = Evidence(
        read_compared(studies, own, filters, others, joined),
        read_table(gains / "results.csv"),
        read_table(convergence / "results.csv"),
        read_table(trials / "results.csv"),
    )
    judged = [(claim, judge(claim, evidence)) for claim in read_claims(CLAIMS)]
    rows = [
        {"question": claim.question, "case": ", ".join(finding.cells.values())}
        | {"verdict": finding.verdict}
        for claim, findings in judged
        for finding in findings
    ]
    write_table(pd.DataFrame(rows), out / "results.csv")
    write_text(as_markdown(judged), out / "results.md")


def as_markdown(judged: list[tuple]) -> str:
    """Write all questions with their verdicts in one table, then each with its cases."""
    verdicts = [
        {"question": claim.question, "verdict": overall([each.verdict for each in findings])}
        for claim, findings in judged
    ]
    parts = [to_markdown(pd.DataFrame(verdicts), words=2)]
    parts += [_section(claim, findings) for claim, findings in judged]
    return "\n".join(parts)


def _section(claim, findings: list[Finding]) -> str:
    than = getattr(claim, "than", "")
    if isinstance(than, list):
        than = than[0] if len(than) == 1 else f"the best of {', '.join(than)}"
    published = [figure for figure in TITLES if figure in MARGINS]
    figures = {"best recipe": ["held_out_loss"], "not worse than published": published}
    figures = figures.get(claim.asks, [getattr(claim, "figure", "psnr")])
    margin = ", ".join(f"{MARGINS[name]:g} in {UNITS[name]}" for name in figures)
    expected = EXPECTED[claim.asks].format(than, than, margin=margin)
    table = pd.DataFrame([finding.cells | {"verdict": finding.verdict} for finding in findings])
    verdict = overall([finding.verdict for finding in findings])
    subject = getattr(claim, "method", getattr(claim, "candidate", "the default"))
    return (
        f"### {claim.question}\n\nExpected of `{subject}`: {expected}."
        f" Verdict: {verdict}.\n\n{to_markdown(table)}"
    )


if __name__ == "__main__":
    run_stage(claims, read_studies, STUDIES)

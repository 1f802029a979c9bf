"""What DVC prints of the committed results is an interface: it fits, and speaks of the pipeline."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.test_pipeline import copy_tree, dvc

ROOT = Path(__file__).parents[1]
LINES, WIDTH, COLUMNS = 12, 130, 85


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone with the tree as it is here, in which nothing has run."""
    folder = copy_tree(tmp_path_factory.mktemp("output") / "clone")
    author = ["-c", "user.name=me", "-c", "user.email=me@example.org"]
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    commit = ["git", *author, "commit", "--quiet", "--allow-empty", "-m", "All"]
    subprocess.run(commit, cwd=folder, check=True)
    (folder / ".venv").symlink_to(Path(sys.executable).parents[1])
    return folder


def test_the_metrics_fit_a_terminal(clone):
    lines = dvc("metrics", "show", folder=clone).splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= WIDTH
    header = lines[0].split()
    assert {"psnr", "ssim", "legibility", "bce", "loss", "val_loss", "accuracy"} <= {*header}
    levels = [line for line in lines if line.startswith("metrics/levels")]
    # No level has a dash for what every level has.
    for name in ("psnr", "ssim", "legibility", "bce"):
        assert all(line.split()[header.index(name)] != "-" for line in levels)
    assert len(levels) == 6


def test_the_docs_show_the_metrics_as_they_are_printed(clone):
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    shown = page.split("$ dvc metrics show\n")[1].split("```")[0]
    printed = dvc("metrics", "show", folder=clone)
    assert shown.splitlines() == [line.rstrip() for line in printed.splitlines()]


def test_a_table_of_experiments_has_the_columns_that_one_decides_by(clone):
    # As `make experiments` runs it, but for the terminal's pager.
    made = ["make", "--no-print-directory", "--assume-old=.venv/ready", "experiments", "SHOW=--csv"]
    result = subprocess.run(made, cwd=clone, capture_output=True, encoding="utf-8", check=True)
    rows = [*csv.reader(io.StringIO(result.stdout))]
    assert len(rows[0]) <= COLUMNS
    page = (ROOT / "docs" / "experiments.md").read_text(encoding="utf-8")
    assert f"the pipeline uses: {len(rows[0])}\ncolumns" in page
    for column in ("noise.amplitude", "model.architecture", "train.recipe", "recipes.quick.epochs"):
        assert any(name.endswith(column) for name in rows[0]), column
    assert not any("studies" in name for name in rows[0])


def test_no_command_speaks_of_a_study(clone):
    status = json.loads(dvc("status", "--json", folder=clone))
    assert {stage.partition("@")[0] for stage in status} <= {"prepare", "generate", *MEASURED}
    assert "studies" not in dvc("stage", "list", "--all", folder=clone)
    listed = dvc("stage", "list", "--names-only", folder=clone / "studies").split()
    assert {"train@networks/unet", "measure@noise_ranges/wide", "trial@muon", "spread"} <= {*listed}


def test_the_studies_have_plots_of_their_own(clone):
    subprocess.run([sys.executable, "-m", "tools.plots_page"], cwd=clone, check=True)
    studies = clone / "studies"
    dvc("plots", "show", folder=studies)
    page = (studies / "dvc_plots" / "index.html").read_text(encoding="utf-8")
    for figure in ("levels", "chart", "matrix"):
        assert re.search(rf'<img src="[^"]*{figure}.png"', page), figure
    assert "<main>" in page  # the page that opens without a network
    ignored = ["git", "check-ignore", "--quiet", "dvc_plots/index.html"]
    assert subprocess.run(ignored, cwd=studies).returncode == 0


def test_a_pull_request_shows_what_it_does_to_metrics_and_plots(clone):
    """The shell line of the workflow, in a clone whose base is its last commit."""
    workflow = YAML(typ="safe").load(clone / ".github" / "workflows" / "tests.yml")
    steps = workflow["jobs"]["compare"]["steps"]
    (step,) = [step for step in steps if "GITHUB_STEP_SUMMARY" in step.get("run", "")]
    assert step["env"] == {"BASE": "${{ github.event.pull_request.base.sha }}"}
    head = ["git", "rev-parse", "HEAD"]
    base = subprocess.run(head, cwd=clone, capture_output=True, encoding="utf-8").stdout.strip()
    subprocess.run([sys.executable, "-m", "tools.plots_page"], cwd=clone, check=True)

    def summary():
        file = clone.parent / "summary.md"
        file.unlink(missing_ok=True)
        variables = {**os.environ, "BASE": base, "GITHUB_STEP_SUMMARY": str(file)}
        command = ["bash", "-e", "-c", step["run"]]
        subprocess.run(command, cwd=clone, env=variables, check=True)
        return file.read_text(encoding="utf-8")

    title = f"## Metrics, compared with {base[:12]}\n\n"
    assert summary() == f"{title}No metric changes.\n"
    level = clone / "metrics" / "levels" / "3-medium.json"
    content = level.read_text(encoding="utf-8")
    changed = json.loads(content) | {"psnr": 99.5}
    level.write_text(json.dumps(changed), encoding="utf-8")
    try:
        said = summary()
    finally:
        level.write_text(content, encoding="utf-8")
    assert said.startswith(title)
    header, _, *rows = said.removeprefix(title).strip().splitlines()
    assert [cell.strip() for cell in header.split("|")[1:4]] == ["Path", "Metric", base]
    assert len(rows) == 1 and "3-medium.json" in rows[0] and "| 99.5 " in rows[0]
    (upload,) = [step for step in steps if "upload-artifact" in step.get("uses", "")]
    page = (clone / upload["with"]["path"] / "index.html").read_text(encoding="utf-8")
    assert "workspace" in page and "<main>" in page
    assert base[:7] in page


def test_actions_are_pinned():
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        used = re.findall(r"uses: (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert used
        assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}  # v[\d.]+", action) for action in used)


# Whatever reads data/clean, which a fresh clone lacks.
MEASURED = {
    "train",
    "classifier",
    "baseline",
    "evaluate",
    "robustness",
    "confusion",
    "latent",
    "summarize",
}


@pytest.mark.parametrize("name", ["-x", "6'$(touch planted)'", "6$(touch planted)", "a b"])
def test_a_name_that_cannot_be_is_refused_before_a_shell_sees_it(clone, name):
    parameters = (clone / "params.yaml").read_text(encoding="utf-8")
    entry = f'levels:\n  "{name}": {{blur: 0.0, amplitude: 0.5, kind: uniform}}\n'
    start = parameters.index("levels:")
    end = parameters.index("\n", start)
    changed = parameters[:start] + entry.rstrip() + parameters[end:]
    (clone / "params.yaml").write_text(changed, encoding="utf-8")
    try:
        check = [sys.executable, "-m", "tools.parameters"]
        result = subprocess.run(
            check, cwd=clone, env=os.environ, capture_output=True, encoding="utf-8"
        )
    finally:
        (clone / "params.yaml").write_text(parameters, encoding="utf-8")
    assert result.returncode == 1
    assert f"levels.{name}: a name here holds letters, digits, '-' and '_'" in result.stderr
    assert not (clone / "planted").exists()

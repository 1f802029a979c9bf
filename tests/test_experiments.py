"""docs/experiments.md is true: experiments are watched, compared, queued and taken, by real DVC."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager

import pandas as pd
import pytest

from tests.browser import needs_browser, open_page
from tests.test_pipeline import DVC, ENVIRONMENT, LEVELS, copy_tree, dvc, edit, make_small

MODEL_PLOTS = ("Model_PSNR", "Model_SSIM", "Model_legibility")
REVISIONS = ["main", "weak-noise", "strong-noise"]
EPOCHS = 20  # of the experiment that is watched: it is to last longer than a look at it


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone in which the small pipeline has run up to its table, all of it committed."""
    folder = copy_tree(tmp_path_factory.mktemp("experiments") / "clone")

    def small(parameters):
        make_small(parameters)
        parameters["train"]["recipe"] = "shorter"

    edit(folder, small)
    git("branch", "--move", "--force", "main", folder=folder)
    git("config", "user.name", "me", folder=folder)
    git("config", "user.email", "me@example.org", folder=folder)
    dvc("repro", "summarize", folder=folder)
    git("add", "--all", folder=folder)
    git("commit", "--quiet", "--message", "Small", folder=folder)
    subprocess.run([sys.executable, "-m", "tools.plots_page"], cwd=folder, check=True)
    assert git("status", "--porcelain", folder=folder) == ""
    return folder


def git(*arguments, folder):
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=folder, check=True, capture_output=True, encoding="utf-8"
    ).stdout


@pytest.fixture(scope="module")
def watched(clone):
    """The loss of an experiment, epoch by epoch, plotted while it trains and when it is over."""
    options = ("-S", "noise.amplitude=[0.01,0.5]", "-S", f"recipes.shorter.epochs={EPOCHS}")
    command = [DVC, "exp", "run", "--temp", "-n", "weak-noise", *options, "summarize"]
    with subprocess.Popen(
        command, cwd=clone, env=ENVIRONMENT, stdout=subprocess.DEVNULL
    ) as experiment:
        while not any(len(pd.read_csv(path)) > 1 for path in live_curves(clone)):
            assert experiment.poll() is None
            time.sleep(0.05)
        seen = plotted_loss("weak-noise", clone)
        assert experiment.wait() == 0
    return seen, plotted_loss("weak-noise", clone)


def live_curves(folder):
    return (folder / ".dvc" / "tmp" / "exps" / "standalone").glob("*/metrics/loss.csv")


def plotted_loss(revision, folder):
    """The training loss of each epoch, as `dvc plots diff` plots it."""
    rows = plotted("Loss", ["main", revision], folder)
    return [row["loss"] for row in rows if (row["rev"], row["field"]) == (revision, "loss")]


def plotted(plot, revisions, folder):
    """The rows behind a plot of `dvc plots diff`."""
    shown = dvc("plots", "diff", *revisions, "--targets", plot, "--json", folder=folder)
    return json.loads(shown)["data"][plot][0]["content"]["data"]["values"]


@pytest.fixture(scope="module")
def compared(clone, watched):
    """The clone with two experiments beside its commit; the second has a level more."""

    def harder(parameters):
        parameters["levels"]["2-strong"] = {"blur": 2.0, "amplitude": 1.6, "kind": "uniform"}
        parameters["noise"]["amplitude"] = [0.5, 2.0]

    edit(clone, harder)
    dvc("exp", "run", "--temp", "-n", "strong-noise", "summarize", folder=clone)
    git("checkout", "--quiet", ".", folder=clone)
    return clone


def test_an_experiment_is_plotted_while_it_trains(watched):
    seen, whole = watched
    assert 2 <= len(seen) < len(whole) == EPOCHS
    assert seen == whole[: len(seen)]


@contextmanager
def drawn_plots(folder, width=1600):
    """The page that DVC has written, opened without a network, once all is drawn."""
    address = (folder / "dvc_plots" / "index.html").as_uri()
    with open_page(address, offline=True, viewport={"width": width, "height": 1000}) as page:
        page.wait_for_function("document.querySelectorAll('.vega-embed .marks').length == 7")
        yield page


def texts(page, plot, selector):
    found = f"[...document.querySelectorAll('#{plot} {selector}')]"
    return page.evaluate(f"{found}.map((each) => each.textContent)")


def attributes(page, plot, selector, name):
    found = f"[...document.querySelectorAll('#{plot} {selector}')]"
    return page.evaluate(f"{found}.map((each) => each.getAttribute('{name}')).filter(Boolean)")


# How far labels stand out of their plots, pixels.
CLIPPED = """[...document.querySelectorAll('.vega-embed svg text')].map((text) => {
    const [inner, outer] = [text, text.closest('svg')].map((each) => each.getBoundingClientRect());
    return Math.max(outer.left - inner.left, inner.right - outer.right,
        outer.top - inner.top, inner.bottom - outer.bottom);
})"""
TOPS = """[...document.querySelectorAll('main > div')].map(
    (each) => each.getBoundingClientRect().top
)"""


@needs_browser
def test_three_revisions_are_told_apart_by_colour_and_the_legend_says_which_is_which(compared):
    dvc("plots", "diff", *REVISIONS, folder=compared)
    with drawn_plots(compared) as page:
        for plot in (*MODEL_PLOTS, "Loss"):
            assert texts(page, plot, ".role-legend text") == REVISIONS
            symbols = attributes(page, plot, ".role-legend path[fill]", "fill")
            lines = attributes(page, plot, ".mark-line path", "stroke")
            assert len(symbols) == len({*symbols}) == 3
            assert {*lines} == {*symbols}
        losses = texts(page, "Loss", ".role-title-text text")[:-1]
        assert [name.split(":")[0] for name in losses] == ["loss", "val_noisy_loss", "val_loss"]
        methods = pd.read_csv(compared / "metrics" / "summary" / "results.csv")["method"]
        for plot in ("PSNR", "SSIM", "Legibility"):
            assert texts(page, plot, ".role-legend text") == sorted({*methods})
            assert texts(page, plot, ".role-title-text text")[:-1] == REVISIONS


@needs_browser
def test_the_first_plots_say_what_a_change_did_at_each_level(compared):
    dvc("plots", "diff", *REVISIONS, folder=compared)
    with drawn_plots(compared) as page:
        first = "[...document.querySelectorAll('main > div')].map((each) => each.id)"
        plots = [*MODEL_PLOTS, "Loss", "PSNR", "SSIM", "Legibility"]
        assert page.evaluate(first)[: len(plots)] == plots
        for plot in MODEL_PLOTS:
            assert "change from main" in texts(page, plot, "text")
        told = attributes(page, "Model_PSNR", "path[aria-label]", "aria-label")
    psnr = {
        (row["rev"], row["level"]): float(row["psnr"])
        for row in plotted("Model PSNR", REVISIONS, compared)
    }
    for level in LEVELS:
        change = f"{psnr['weak-noise', level] - psnr['main', level]:+.4f}"
        change = change.rstrip("0").replace("-", "\N{MINUS SIGN}")
        point = f"revision: weak-noise; noise level: {level}; change: {change}"
        assert any(label.endswith(point) for label in told), (point, told)
    added = [label for label in told if "noise level: 2-strong" in label]
    assert added
    assert all("revision: strong-noise" in label and "change" not in label for label in added)


@needs_browser
@pytest.mark.parametrize(("width", "columns"), [(1600, 4), (1000, 2), (390, 1)])
def test_the_page_has_as_many_columns_as_fit_and_needs_no_network(compared, width, columns):
    for command in (("diff", *REVISIONS), ("show",)):
        dvc("plots", *command, folder=compared)
        with drawn_plots(compared, width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") == width
            tops = page.evaluate(TOPS)
            assert tops.count(tops[0]) == columns
            assert max(page.evaluate(CLIPPED)) < 1
            addresses = "performance.getEntriesByType('resource').map((entry) => entry.name)"
            assert all(name.startswith("file:") for name in page.evaluate(addresses))


@needs_browser
def test_a_single_revision_is_compared_with_none(compared):
    dvc("plots", "show", folder=compared)
    with drawn_plots(compared) as page:
        for plot in (*MODEL_PLOTS, "Loss"):
            assert texts(page, plot, ".role-legend text") == ["workspace"]
            assert not any("change" in text for text in texts(page, plot, "text"))


def test_a_grid_is_queued_by_one_line_and_run(compared):
    grid = ("-S", "noise.amplitude=[0.01,1.0],[0.01,2.0]", "-S", "noise.copies=range(1,3)")
    dvc("exp", "run", "--queue", "-n", "grid", *grid, "generate", folder=compared)
    expected = [([0.01, end], copies) for end in (1.0, 2.0) for copies in (1, 2)]
    assert noise_of_experiments(compared, "grid") == expected
    # DVC starts its worker as `dvc`, which an activated environment finds.
    path = os.pathsep.join([str(DVC.parent), os.environ["PATH"]])
    run = [DVC, "exp", "run", "--run-all"]
    subprocess.run(run, cwd=compared, env={**ENVIRONMENT, "PATH": path}, timeout=400, check=True)
    states = {name: state for name, state, _ in experiments(compared)}
    assert {states[f"grid-{number}"] for number in (1, 2, 3, 4)} == {"success"}
    assert noise_of_experiments(compared, "grid") == expected


def experiments(folder):
    """Name, state and noise of every experiment."""
    for baseline in json.loads(dvc("exp", "show", "--json", folder=folder)):
        for experiment in baseline["experiments"] or ():
            revision, executor = experiment["revs"][0], experiment["executor"]
            noise = revision["data"]["params"]["params.yaml"]["data"]["noise"]
            yield experiment["name"], executor and executor["state"], noise


def noise_of_experiments(folder, name):
    """Amplitude and copies of the experiments ``name-1``, ``name-2`` and so on."""
    found = sorted((each, noise) for each, _, noise in experiments(folder) if name in each)
    return [(noise["amplitude"], noise["copies"]) for _, noise in found]


def test_the_model_is_taken_by_other_projects(compared, tmp_path):
    register = [DVC.with_name("gto"), "register", "denoiser", "--version", "v1.0.0"]
    subprocess.run(register, cwd=compared, check=True)
    dvc("artifacts", "get", compared, "denoiser", folder=tmp_path)
    dvc("get", compared, "models/denoiser", "--rev", "weak-noise", "-o", "weak", folder=tmp_path)
    git("init", "--quiet", ".", folder=tmp_path)
    dvc("init", "--quiet", folder=tmp_path)
    dvc("import", compared, "models/denoiser", "-o", "imported", folder=tmp_path)
    for name in ("model.keras", "model.onnx"):
        ours = (compared / "models" / "denoiser" / name).read_bytes()
        assert (tmp_path / "denoiser" / name).read_bytes() == ours
        assert (tmp_path / "imported" / name).read_bytes() == ours
        assert (tmp_path / "weak" / name).read_bytes() != ours
    assert "up to date" in dvc("status", folder=tmp_path)

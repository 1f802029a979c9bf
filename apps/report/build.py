"""Writes report.html: report.md filled with the results, as one file that holds all it needs.

make report
"""

import base64
import json
import mimetypes
import platform
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from string import Template

import pandas as pd
from markdown_it import MarkdownIt

from denoise.io.arrays import read_array
from denoise.io.errors import InputError
from denoise.io.metric_files import read_json, read_table, write_text
from denoise.io.parameters import Parameters, read_parameters
from denoise.reporting.legibility import describe_legibility
from denoise.reporting.result_tables import describe_noise, to_markdown
from denoise.reporting.robustness_table import robustness_as_markdown

FOLDER = Path(__file__).parent
REPORT = Path("report.html")
SHOWN = (
    "dvc.yaml",
    *(f"studies/{name}/dvc.yaml" for name in ("networks", "noise_ranges", "seeds")),
)
PACKAGES = ("dvc", "keras", "tensorflow", "numpy", "scipy", "scikit-image", "onnxruntime")


def main() -> None:
    """Fill in, render and write the report; exit with a sentence when a result is missing."""
    try:
        text = Template((FOLDER / "report.md").read_text()).substitute(facts())
        body = embed_images(MarkdownIt("commonmark").enable("table").render(text))
    except (InputError, FileNotFoundError) as error:
        missing = getattr(error, "filename", None)
        sys.exit(f"report: {f'{missing} does not exist: run `make repro`' if missing else error}")
    # Wide tables scroll by themselves on a phone, and not the page.
    body = body.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )
    page = Template((FOLDER / "page.html").read_text())
    style = (FOLDER / "page.css").read_text()
    write_text(page.substitute(style=style, body=body), REPORT)
    print(f"{REPORT}: {REPORT.stat().st_size / 1e6:.1f} MB, open it in any browser")


def facts() -> dict[str, str]:
    """Return what report.md leaves open, by name."""
    parameters = read_parameters(Path("params.yaml"))
    train = read_json(Path("metrics/train.json"))
    code = read_json(Path("metrics/latent.json"))
    counts = [len(read_array(Path("data/clean"), f"{part}_images")) for part in ("train", "test")]
    return {
        "dataset": parameters.prepare.dataset,
        "train_images": f"{counts[0]:,}",
        "test_images": f"{counts[1]:,}",
        "training": describe_training(parameters),
        "levels": levels_table(parameters),
        "optimizer": parameters.recipe.optimizer.name.capitalize(),
        "recipe": parameters.train.recipe,
        "epochs": str(train["epochs"]),
        "weights": f"{train['weights']:,}",
        "loss": f"{train['loss']:.4f}",
        "val_noisy_loss": f"{train['val_noisy_loss']:.4f}",
        "legibility": describe_legibility(read_json(Path("metrics/classifier.json"))),
        "units": str(code["units"]),
        "units_used": str(code.get("units_used", 0)),
        "results": Path("studies/networks/comparison/results.md").read_text(),
        "gains": Path("studies/seeds/gains/results.md").read_text(),
        "convergence": Path("studies/networks/convergence/results.md").read_text(),
        "noise_ranges": Path("studies/noise_ranges/matrix/results.md").read_text(),
        "robustness": robustness_as_markdown(read_table(Path("metrics/robustness/results.csv"))),
        "verdict": verdict(),
        "versions": versions(),
    }


def describe_training(parameters: Parameters) -> str:
    """Describe the corruption of the training images in half a sentence."""
    noise = parameters.noise
    return (
        f"{noise.copies} copies of every image, each blurred by a Gaussian of its own width"
        f" between {noise.blur[0]:g} and {noise.blur[1]:g} pixels, then given {noise.kind} white"
        f" noise of its own strength between {noise.amplitude[0]:g} and {noise.amplitude[1]:g}"
    )


def levels_table(parameters: Parameters) -> str:
    """Return the noise levels as Markdown."""
    rows = [
        {
            "level": name,
            "blur σ, pixels": f"{level.blur:g}",
            "white noise": describe_noise(level.kind, level.amplitude),
        }
        for name, level in sorted(parameters.levels.items())
    ]
    return to_markdown(pd.DataFrame(rows))


def verdict() -> str:
    """Whether what lies here is what dvc.lock records, by DVC's own hashes."""
    dvc = Path(sys.executable).with_name("dvc")
    command = [dvc, "status", "--json", *SHOWN]
    status = subprocess.run(command, capture_output=True, text=True)
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True
    ).stdout.strip()
    if status.returncode:
        return "Whether they are reproduced could not be told: DVC was busy, or could not run."
    changed = json.loads(status.stdout.strip().splitlines()[-1])
    if changed:
        return f"Not reproduced as they lie here: {', '.join(sorted(changed))} would run again."
    return (
        f"All results in this report have the hashes that `dvc.lock` records at revision {commit},"
        " for exactly the code, parameters and data recorded with them."
    )


def versions() -> str:
    """Of Python and of the packages the results hang on, as Markdown."""
    found = {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    return to_markdown(pd.DataFrame({"package": found.keys(), "version": found.values()}))


def embed_images(html: str) -> str:
    """Put every picture inside the HTML."""

    def embed(match: re.Match) -> str:
        path = Path(match[1])
        kind, _ = mimetypes.guess_type(path.name)
        return f'src="data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"'

    return re.sub(r'src="([^"]+)"', embed, html)


if __name__ == "__main__":
    main()

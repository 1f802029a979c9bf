"""Writes report.html: story.md filled with the results, as one file that holds all it needs.

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

from markdown_it import MarkdownIt

from denoise.arrays import read_array
from denoise.errors import InputError
from denoise.metric_files import read_table, write_text
from denoise.parameters import Parameters, read_parameters
from denoise.results import describe_noise
from sweep.matrix import tables

FOLDER = Path(__file__).parent
REPORT = Path("report.html")
DATASETS = {"mnist": "MNIST", "digits": "scikit-learn's digits, resampled"}
PACKAGES = ("dvc", "keras", "tensorflow", "numpy", "scipy", "scikit-image", "onnxruntime")


def main() -> None:
    """Fill in, render and write the report; exit with a sentence when a result is missing."""
    try:
        text = Template((FOLDER / "story.md").read_text()).substitute(facts())
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
    """What story.md leaves open, by name."""
    parameters = read_parameters(Path("params.yaml"))
    train = json.loads(Path("metrics/train.json").read_text())
    judge = json.loads(Path("metrics/judge.json").read_text())
    code = json.loads(Path("metrics/code/code.json").read_text())
    counts = [len(read_array(Path("data/clean"), f"{part}_images")) for part in ("train", "test")]
    return {
        "dataset": DATASETS[parameters.prepare.dataset],
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
        "judge": f"{judge['accuracy']:.2%}",
        "units": str(code["units"]),
        "units_used": str(code.get("units_used", 0)),
        "results": Path("comparison/results.md").read_text(),
        "margins": Path("comparison/margins.md").read_text(),
        "sweep": tables(read_table(Path("sweep/results.csv"))),
        "unseen": unseen_table(),
        "verdict": verdict(),
        "versions": versions(),
    }


def describe_training(parameters: Parameters) -> str:
    """The corruption of the training images in half a sentence."""
    noise = parameters.noise
    return (
        f"{noise.copies} copies of every image, each blurred by a Gaussian of its own width"
        f" between {noise.blur[0]:g} and {noise.blur[1]:g} pixels, then given {noise.white} white"
        f" noise of its own strength between {noise.amplitude[0]:g} and {noise.amplitude[1]:g}"
    )


def levels_table(parameters: Parameters) -> str:
    """The noise levels as Markdown."""
    lines = ["| level | blur σ, pixels | white noise |", "| --- | ---: | ---: |"]
    for name, level in sorted(parameters.levels.items()):
        noise = describe_noise(level.white, level.amplitude)
        lines.append(f"| {name} | {level.blur:g} | {noise} |")
    return "\n".join(lines)


def unseen_table() -> str:
    """Legibility before and after, for damage the model was not trained for, as Markdown."""
    table = read_table(Path("metrics/unseen/results.csv"))
    lines = ["| damage | strength | legible before | after |", "| --- | ---: | ---: | ---: |"]
    keys = ["corruption", "strength"]
    for (name, strength), rows in table.groupby(keys, sort=False):
        shares = rows.set_index("images")["legibility"]
        lines.append(
            f"| {name} | {strength:g} | {shares['corrupted']:.3f} | {shares['denoised']:.3f} |"
        )
    return "\n".join(lines)


def verdict() -> str:
    """Whether what lies here is what dvc.lock records, by DVC's own hashes."""
    dvc = Path(sys.executable).with_name("dvc")
    status = subprocess.run([dvc, "status", "--json"], capture_output=True, text=True)
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
    lines = ["| package | version |", "| --- | --- |"]
    lines += [f"| Python | {platform.python_version()} |"]
    lines += [f"| {name} | {version(name)} |" for name in PACKAGES]
    return "\n".join(lines)


def embed_images(html: str) -> str:
    """The same HTML with every picture inside it."""

    def embed(match: re.Match) -> str:
        path = Path(match[1])
        kind, _ = mimetypes.guess_type(path.name)
        return f'src="data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"'

    return re.sub(r'src="([^"]+)"', embed, html)


if __name__ == "__main__":
    main()

"""Writes report.html: report.md filled with the results, as one file that holds all it needs.

Beside a model that was trained on other images than the studies, studies.md is left out.

make report
"""

import base64
import json
import mimetypes
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from string import Template

import pandas as pd
from markdown_it import MarkdownIt

from denoise.io.dvc_files import studies_use_same_data
from denoise.io.errors import InputError
from denoise.io.parameters.noise import GIVEN
from denoise.io.parameters.pipeline import Parameters, read_parameters
from denoise.reporting.legibility import describe_legibility
from denoise.reporting.model_size import count_weights
from denoise.reporting.result_tables import describe_noise, to_markdown
from denoise.reporting.robustness_table import robustness_as_markdown
from denoise.storage.arrays import has_clean, read_images, read_noisy
from denoise.storage.metric_files import read_json, read_table, write_text
from tools.stage_deps import PIPELINES

FOLDER = Path(__file__).parent
REPORT = Path("report.html")
PARTS = ("train", "test")
TARGETS = {"clean": "the clean one", "noisy-copy": "another noisy copy of it"}
PACKAGES = ("dvc", "keras", "tensorflow", "numpy", "scipy", "scikit-image", "onnxruntime")


def main() -> None:
    """Fill in, render and write the report; exit with a sentence when a result is missing."""
    try:
        text = read_template("report.md").substitute(facts())
        body = embed_images(MarkdownIt("commonmark").enable("table").render(text))
    except (InputError, FileNotFoundError) as error:
        missing = getattr(error, "filename", None)
        sys.exit(f"report: {f'{missing} does not exist: run `make repro`' if missing else error}")
    # Wide tables scroll by themselves on a phone, and not the page.
    body = body.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )
    page = read_template("page.html")
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    write_text(page.substitute(style=style, body=body), REPORT)
    print(f"{REPORT}: {REPORT.stat().st_size / 1e6:.1f} MB, open it in any browser")


def read_template(name: str) -> Template:
    """Read a file of this folder in which names wait for what is put there."""
    return Template((FOLDER / name).read_text(encoding="utf-8"))


def facts() -> dict[str, str]:
    """Return what report.md leaves open, by name."""
    parameters = read_parameters(Path("params.yaml"))
    train = read_json(Path("metrics/train.json"))
    code = read_table(Path("metrics/latent/code.csv")).iloc[0]
    train_images, test_images = (count_images(Path("data/clean"), part) for part in PARTS)
    same_data = studies_use_same_data()
    compared = Path("studies/networks/comparison" if same_data else "metrics/summary")
    return {
        "dataset": parameters.prepare.dataset,
        "train_images": f"{train_images:,}",
        "test_images": f"{test_images:,}",
        "training": describe_training(parameters),
        "levels": levels_table(parameters),
        "optimizer": parameters.recipe.optimizer.name.capitalize(),
        "recipe": parameters.train.recipe,
        "epochs": str(len(read_table(Path("metrics/loss.csv")))),
        "weights": f"{count_weights(Path('models/denoiser/model.onnx')):,}",
        "target": TARGETS[parameters.train.target],
        "loss": f"{train['loss']:.4f}",
        "val_noisy_loss": f"{train['val_noisy_loss']:.4f}",
        "legibility": describe_legibility(read_json(Path("metrics/classifier.json"))),
        "units": str(code["units"]),
        "units_used": str(code["units_used"]),
        "compared": compared.as_posix(),
        "results": (compared / "results.md").read_text(encoding="utf-8"),
        "studies": read_template("studies.md").substitute(studied()) if same_data else "",
        "robustness": robustness_as_markdown(read_table(Path("metrics/robustness/results.csv"))),
        "verdict": verdict(PIPELINES if same_data else ["dvc.yaml"]),
        "versions": versions(),
    }


def count_images(clean: Path, part: str) -> int:
    """Return how many images there are to train on or to test on, clean or not."""
    return len(read_images(clean, part) if has_clean(clean) else read_noisy(clean, part)[0])


def studied() -> dict[str, str]:
    """Return what studies.md leaves open, by name."""
    tables = {
        "gains": "seeds/gains",
        "convergence": "networks/convergence",
        "noise_ranges": "noise_ranges/matrix",
    }
    return {
        name: Path("studies", folder, "results.md").read_text(encoding="utf-8")
        for name, folder in tables.items()
    }


def describe_training(parameters: Parameters) -> str:
    """Describe the corruption of the training images in half a sentence."""
    noise = parameters.noise
    if noise.kind == GIVEN:
        return f"{noise.copies} noisy pictures of each image, as they came"
    return (
        f"{noise.copies} copies of every image, each blurred by a Gaussian of its own width"
        f" between {noise.blur[0]:g} and {noise.blur[1]:g} pixels, then given {noise.kind} white"
        f" noise of its own strength between {noise.amplitude[0]:g} and {noise.amplitude[1]:g}."
        " Nothing is clipped, so the network sees what a sensor with that much noise would"
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


def verdict(pipelines: Iterable[str]) -> str:
    """Whether what lies here is what the locks of some pipelines record, by DVC's own hashes."""
    dvc = Path(sys.executable).with_name("dvc")
    changed = []
    for pipeline in pipelines:
        folder = Path(pipeline).parent
        status = subprocess.run(
            [dvc, "status", "--json"], cwd=folder, capture_output=True, encoding="utf-8"
        )
        if status.returncode:
            return "It is unknown whether the results are up to date: DVC was busy or failed."
        changed += sorted(json.loads(status.stdout.strip().splitlines()[-1]))
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, encoding="utf-8"
    ).stdout.strip()
    if changed:
        return f"The results are not up to date: DVC would rerun {', '.join(changed)}."
    return (
        f"All results in this report have the hashes that DVC's locks record at revision {commit},"
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

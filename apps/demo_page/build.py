"""Writes demo.html: the demo as one file, with the networks, what runs them, and test digits.

make demo-page
"""

import base64
import gzip
import html
import re
import sys
from pathlib import Path
from string import Template

import numpy as np
import onnx

from apps.demo_page.onnxruntime_web import VERSION, find_runtime
from denoise.analysis.latent_code import has_code
from denoise.inference.api import DEFAULT, load_model
from denoise.inference.framing import MNIST
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import About, read_dataset
from denoise.io.parameters.pipeline import read_parameters
from denoise.storage.metric_files import write_text

FOLDER = Path(__file__).parent
DEMO = FOLDER.parent / "demo" / "static"
PAGE = Path("demo.html")
DENOISER, CLASSIFIER = (Path("models", name, "model.onnx") for name in (DEFAULT, "classifier"))
TEST_IMAGES = Path("data/clean/test_images.npy")
DIGITS = 100
SCRIPTS = [
    FOLDER / "static" / name
    for name in ("blur.js", "white_noise.js", "framing.js", "networks.js", "answers.js")
]
# The browser itself keeps the page from any network: what is not named here is refused.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:;"
    " style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


def main() -> None:
    """Write the page; exit with a sentence where something is missing."""
    try:
        dataset = read_parameters(Path("params.yaml")).prepare.dataset
        about = read_dataset(Path("datasets.yaml"), dataset).about
        contents = {"denoiser": denoiser(), "classifier": classifier(), "digits": test_digits()}
        contents["runtime"], contents["wasm"] = find_runtime()
    except InputError as error:
        sys.exit(f"demo-page: {error}")
    write_text(build_page(contents, about), PAGE)
    print(f"{PAGE}: {PAGE.stat().st_size / 1e6:.1f} MB, open it in any browser")


def denoiser() -> bytes:
    """Return the committed model; the code, where it has one, is a second output."""
    if load_model(DEFAULT).size != MNIST:
        raise InputError(f"the page is for images of 28x28 pixels, and {DENOISER} takes others")
    model = onnx.load(DENOISER)
    if has_code(DENOISER):
        described = onnx.shape_inference.infer_shapes(model).graph.value_info
        model.graph.output.extend(value for value in described if value.name == "code")
    return model.SerializeToString()


def classifier() -> bytes:
    """Return the classifier that reads the digits."""
    if not CLASSIFIER.exists():
        raise InputError("the page reads digits, and the pipeline's data has no labels")
    return CLASSIFIER.read_bytes()


def test_digits() -> bytes:
    """Return the grey values of the first test digits, 784 bytes each."""
    if not TEST_IMAGES.exists():
        raise InputError(f"{TEST_IMAGES} does not exist: run `make repro`")
    return np.load(TEST_IMAGES, mmap_mode="r")[:DIGITS].tobytes()


def build_page(contents: dict[str, bytes], about: About | None) -> str:
    """Return the page of `make demo` with its style, its scripts and more inside.

    Parameters
    ----------
    contents : dict[str, bytes]
        What its scripts look for, by name: ``denoiser``, ``classifier``, ``digits``, ``runtime``
        and ``wasm``.
    about : About or None
        Whose the test digits are.
    """
    page = (DEMO / "index.html").read_text(encoding="utf-8")
    style = (DEMO / "demo.css").read_text(encoding="utf-8")
    page = _replace(r'<link rel="stylesheet" href="demo.css">', f"<style>\n{style}</style>", page)
    page = _replace(r'(<script src="\w+\.js" defer></script>\n)+', "", page)
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    page = _replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{policy}', page)
    said = Template((FOLDER / "about.html").read_text(encoding="utf-8"))
    said = said.substitute(version=VERSION, digits=_whose(about))
    scripts = [path.read_text(encoding="utf-8") for path in (*SCRIPTS, DEMO / "demo.js")]
    tail = [_embedded(name, content) for name, content in contents.items()]
    tail += [f"<script>\n{script}</script>\n" for script in scripts]
    return _replace("</main>\n", f"{said}</main>\n{''.join(tail)}", page)


def _whose(about: About | None) -> str:
    if about is None:
        return ""
    citation, address = html.escape(about.citation), html.escape(about.license)
    return f' Those here are from {citation} (<a href="{address}">licence</a>).'


def _embedded(name: str, content: bytes) -> str:
    """Return an element that no browser runs, with a file packed by gzip and written in base64."""
    packed = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return f'<script type="application/gzip" id="{name}">{packed}</script>\n'


def _replace(pattern: str, new: str, page: str) -> str:
    page, count = re.subn(pattern, lambda _: new, page)
    assert count == 1, pattern
    return page


if __name__ == "__main__":
    main()

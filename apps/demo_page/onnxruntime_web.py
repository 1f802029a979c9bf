"""ONNX Runtime Web, which runs models in a browser: from the npm registry, locked by its hash."""

import base64
import sys
import tarfile
import tempfile
from pathlib import Path

import pooch
import requests

from denoise.datasets.idx_dataset import TIMEOUT, user_cache
from denoise.io.errors import InputError

VERSION = "1.30.0"
ADDRESS = f"https://registry.npmjs.org/onnxruntime-web/-/onnxruntime-web-{VERSION}.tgz"
# npm's own: `dist.integrity` of https://registry.npmjs.org/onnxruntime-web/1.30.0
INTEGRITY = (
    "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02"
    "Vb7QmRMDs1SigqR4CXAfKYQ=="
)
MODULE = "package/dist/ort.wasm.bundle.min.mjs"
WASM = "package/dist/ort-wasm-simd-threaded.wasm"


def find_runtime() -> tuple[bytes, bytes]:
    """Return ONNX Runtime Web's JavaScript module and its WebAssembly.

    The package, 33 MB, is downloaded once for each user.

    Raises
    ------
    InputError
        when it cannot be downloaded, is not the locked one, or cannot be kept.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = user_cache() or Path(scratch)
        with tarfile.open(_download(folder)) as package:
            return tuple(package.extractfile(name).read() for name in (MODULE, WASM))


def _download(folder: Path) -> Path:
    """Return the path of the package in a folder, where it may already be."""
    path = folder / ADDRESS.rpartition("/")[2]
    algorithm, _, digest = INTEGRITY.partition("-")
    pooch.get_logger().setLevel("WARNING")  # it would tell hashes
    try:
        pooch.retrieve(
            ADDRESS,
            known_hash=f"{algorithm}:{base64.b64decode(digest).hex()}",
            fname=path.name,
            path=folder,
            downloader=pooch.HTTPDownloader(progressbar=sys.stderr.isatty(), timeout=TIMEOUT),
        )
    except requests.RequestException as error:
        answer = getattr(error, "response", None)
        why = (
            "cannot be reached" if answer is None else f"answered with status {answer.status_code}"
        )
        raise InputError(
            f"{ADDRESS} {why}: try again, or put that file, from elsewhere, into {folder}"
        ) from None
    except ValueError:
        raise InputError(
            f"{ADDRESS} is not the package that is locked: its SHA-512 is another"
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from None
    return path

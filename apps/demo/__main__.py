"""A page to play with the denoisers, served to this machine alone.

make demo
"""

import argparse
import base64
import binascii
import io
import ipaddress
import socket
import sys
from pathlib import Path

import numpy as np
import waitress
from flask import Flask, Response, jsonify, request
from PIL import Image

from apps.demo.playground import Playground
from denoise.corruption.white_noise import WHITE_NOISE
from denoise.inference.api import DEFAULT, ROOT
from denoise.inference.framing import fit_digit
from denoise.io.errors import InputError
from denoise.io.parameters import read_parameters

LARGEST = 1_000_000  # bytes of a request: a drawing takes a few thousand


def build_app(playground: Playground) -> Flask:
    """Build the page and the two addresses it asks: ``choices`` and ``show``."""
    app = Flask("demo", static_folder=Path(__file__).parent / "static", static_url_path="")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST

    @app.get("/")
    def page() -> Response:
        return app.send_static_file("index.html")

    @app.get("/choices")
    def choices() -> Response:
        models = sorted(playground.models, key=lambda name: name != DEFAULT)
        lists = {"models": models, "filters": playground.filters, "kinds": list(WHITE_NOISE)}
        return jsonify(lists | {"digits": len(playground.test_images)})

    @app.post("/show")
    def show() -> Response | tuple[Response, int]:
        asked = request.get_json(silent=True)
        try:
            if not isinstance(asked, dict):
                raise InputError("the request holds no JSON object")
            return jsonify(playground.show(digit(asked, playground.test_images), asked))
        except InputError as error:
            return jsonify({"error": str(error)}), 400

    return app


def digit(asked: dict, test_images: np.ndarray) -> np.ndarray:
    """Return the drawn digit, placed as MNIST does, or else the test digit of that number."""
    if asked.get("drawing"):
        try:
            content = base64.b64decode(str(asked["drawing"]).partition(",")[2], validate=True)
            with Image.open(io.BytesIO(content)) as picture:
                if max(picture.size) > 1000:
                    raise InputError("a drawing has at most 1000x1000 pixels")
                grey = np.asarray(picture.convert("L"), dtype=np.float32) / 255
        except (binascii.Error, OSError, SyntaxError) as error:
            raise InputError(f"the drawing is no picture: {error}") from None
        if not grey.any():
            return np.zeros((28, 28), np.uint8)
        return np.rint(fit_digit(grey)[0] * 255).astype(np.uint8)
    number = asked.get("number")
    if not isinstance(number, int) or not 0 <= number < len(test_images):
        raise InputError(f"number is {number!r}; the test digits are 0 to {len(test_images) - 1}")
    return np.asarray(test_images[number])


def main() -> None:
    """Load the models and serve the page until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m apps.demo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine alone")
    parser.add_argument("--port", type=int, default=8028, help="0 takes any free one")
    arguments = parser.parse_args()
    try:
        listener = socket.create_server((arguments.host, arguments.port))
    except OSError as error:
        sys.exit(
            f"demo: cannot listen on {arguments.host}, port {arguments.port}: {error.strerror};"
            " name another one with --port"
        )
    try:
        app = build_app(Playground(read_parameters(ROOT / "params.yaml"), ROOT))
    except InputError as error:
        sys.exit(f"demo: {error}")
    host, port = listener.getsockname()[:2]
    if not ipaddress.ip_address(host).is_loopback:
        print(f"Anyone who reaches {host} can use this page.", flush=True)
    print(f"http://{host}:{port}/ (Ctrl-C ends it)", flush=True)
    waitress.serve(app, sockets=[listener], threads=4, _quiet=True)


if __name__ == "__main__":
    main()

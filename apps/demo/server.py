"""The demo's addresses: a page, and the two it asks. Only that page is answered, and only here."""

from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from apps.demo.playground import Playground
from apps.demo.request import clean_digit, read_request
from denoise.corruption.white_noise import WHITE_NOISE
from denoise.inference.api import DEFAULT
from denoise.inference.known_noise import ESTIMATORS
from denoise.io.errors import InputError

LARGEST = 1_000_000  # bytes of a request: a drawing takes a few thousand
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def build_app(playground: Playground, hosts: Collection[str] = THIS_MACHINE) -> Flask:
    """Build the page and the two addresses it asks: ``choices`` and ``show``.

    Parameters
    ----------
    playground : Playground
        Answers.
    hosts : Collection[str]
        The names and addresses under which the page is served.
    """
    app = Flask("demo", static_folder=Path(__file__).parent / "static", static_url_path="")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST

    @app.before_request
    def refuse_other_pages() -> None:
        # A page from elsewhere can have its own name point to this machine, and is then allowed to
        # read what comes from it; but the browser says that name.
        if _host(f"//{request.host}") not in hosts:
            abort(403, f"the demo is not served as {request.host}: name it with --host")
        origin = request.headers.get("Origin", own := f"{request.scheme}://{request.host}")
        if origin != own:
            abort(403, f"the demo does not answer pages of {origin}")

    @app.after_request
    def keep_to_itself(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.errorhandler(HTTPException)
    def say(error: HTTPException) -> tuple[Response, int]:
        return jsonify({"error": error.description}), error.code

    @app.errorhandler(InputError)
    def tell(error: InputError) -> tuple[Response, int]:
        return jsonify({"error": str(error)}), 400

    @app.get("/")
    def page() -> Response:
        return app.send_static_file("index.html")

    @app.get("/choices")
    def choices() -> Response:
        models = sorted(playground.models, key=lambda name: name != DEFAULT)
        lists = {"models": models, "filters": playground.filters, "kinds": list(WHITE_NOISE)}
        lists["learning"] = [name for name in playground.filters if name in ESTIMATORS]
        return jsonify(lists | {"digits": len(playground.test_images)})

    @app.post("/show")
    def show() -> Response:
        if not request.is_json:
            raise InputError("the request's Content-Type is not application/json")
        digits = playground.test_images
        wanted = read_request(
            request.get_data(), playground.models, playground.filters, len(digits)
        )
        return jsonify(playground.show(clean_digit(wanted, digits), wanted))

    return app


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None

"""The demo: what is drawn and moved on the page shows at once; wrong requests get a sentence."""

import base64
import io
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from apps.demo.__main__ import build_app
from apps.demo.playground import FILTERS, LINEAR, Playground
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation.linear import LinearDenoiser
from denoise.inference.api import denoise_images
from denoise.io.parameters import read_parameters
from tests.browser import needs_browser, open_page

ROOT = Path(__file__).parents[2]
ASKED = {"blur": 0.5, "amplitude": 0.6, "kind": "gaussian", "seed": 1}
ASKED |= {"model": "denoiser", "filter": "wiener"}
DIGITS = find_digits()["test_images"][:20]


@pytest.fixture(scope="module")
def playground():
    playground = Playground(read_parameters(ROOT / "params.yaml"), ROOT)
    playground.__dict__["test_images"] = DIGITS  # a clone under test has no MNIST
    playground._linear_at = LinearDenoiser(find_digits()["train_images"]).at
    playground.filters = [*FILTERS, LINEAR]
    return playground


@pytest.fixture(scope="module")
def client(playground):
    return build_app(playground).test_client()


def drawing(image):
    content = io.BytesIO()
    Image.fromarray(image).save(content, "PNG")
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"


def test_a_digit_is_shown_given_noisy_denoised_filtered_and_read(client):
    answer = client.post("/show", json={**ASKED, "number": 3}).get_json()
    pictures = {name: np.array(values) for name, values in answer["pictures"].items()}
    assert list(pictures) == ["clean", "denoised", "filtered", "noisy"]
    np.testing.assert_array_equal(pictures["clean"], DIGITS[3].ravel())
    assert all(
        sum(reading) == pytest.approx(1, abs=1e-3) for reading in answer["readings"].values()
    )
    assert np.shape(answer["code"]) == (8, 16)
    assert answer["tuned_at"] == "1-faint"
    assert answer["noise"]["std"] == pytest.approx(0.6 / np.sqrt(3), rel=0.3)
    assert answer["noise"]["trained_on"]
    changed = pictures["noisy"].astype(int) - pictures["denoised"]
    inside = (pictures["noisy"] > 0) & (pictures["noisy"] < 255)
    residual = 2 * np.array(answer["residual"]) - 255
    np.testing.assert_allclose(residual[inside], changed[inside], atol=3)
    assert answer["psnr"]["noisy"] < answer["psnr"]["filtered"]


def test_without_damage_the_model_is_given_the_digit_itself(client):
    asked = {**ASKED, "blur": 0, "amplitude": 0, "number": 0}
    answer = client.post("/show", json=asked).get_json()
    assert answer["pictures"]["noisy"] == answer["pictures"]["clean"]
    expected = np.rint(denoise_images(DIGITS[0]) * 255).ravel()
    np.testing.assert_allclose(answer["pictures"]["denoised"], expected, atol=1)


def test_the_linear_filter_is_told_the_noise_and_beats_the_others(client):
    asked = {**ASKED, "blur": 1.2, "amplitude": 1.0, "number": 3}
    psnr = {}
    for name in (*FILTERS, LINEAR):
        answer = client.post("/show", json={**asked, "filter": name}).get_json()
        psnr[name] = answer["psnr"]["filtered"]
        assert (answer["tuned_at"] is None) == (name == LINEAR)
    assert max(psnr, key=psnr.get) == LINEAR


def test_the_same_request_gives_the_same_noise_and_another_seed_another(client):
    first, again, other = (
        client.post("/show", json={**ASKED, "number": 0, "seed": seed}).get_json()["pictures"]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first["noisy"] != other["noisy"]


@pytest.mark.parametrize("name", [*FILTERS, LINEAR])
def test_every_filter_and_model_can_be_chosen(client, playground, name):
    pictures = {
        str(client.post("/show", json=asked).get_json()["pictures"]["denoised"])
        for asked in ({**ASKED, "number": 0, "filter": name, "model": m} for m in playground.models)
    }
    assert len(pictures) == len(playground.models)


def test_a_drawing_is_placed_like_mnists_digits(client):
    canvas = np.zeros((280, 280), np.uint8)
    canvas[10:110, 10:30] = 255
    answer = client.post("/show", json={**ASKED, "drawing": drawing(canvas)}).get_json()
    rows, columns = np.nonzero(np.reshape(answer["pictures"]["clean"], (28, 28)))
    assert (rows.min(), rows.max()) == (4, 23)
    assert 11 <= columns.min() <= columns.max() <= 16


def test_an_empty_drawing_is_black(client):
    asked = {**ASKED, "drawing": drawing(np.zeros((280, 280), np.uint8))}
    assert set(client.post("/show", json=asked).get_json()["pictures"]["clean"]) == {0}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blur": 9}, "blur is 9; it must be a number from 0 to 5"),
        ({"amplitude": "much"}, "amplitude is 'much'; it must be a number"),
        ({"model": "gan"}, "model is 'gan'; it must be one of denoiser"),
        ({"filter": "noisy"}, "filter is 'noisy'; it must be one of gaussian"),
        ({"kind": "pink"}, "kind is 'pink'; it must be one of uniform"),
        ({"seed": "x"}, "seed is 'x'; it must be a whole number from 0 on"),
        ({"number": 20}, "number is 20; the test digits are 0 to 19"),
        ({"drawing": "data:,abc"}, "the drawing is no picture"),
        ({"drawing": drawing(np.ones((1200, 3), np.uint8))}, "at most 1000x1000 pixels"),
    ],
)
def test_a_wrong_request_is_told(client, change, message):
    response = client.post("/show", json={**ASKED, "number": 0, **change})
    assert response.status_code == 400
    assert message in response.get_json()["error"]


def test_what_is_no_request_at_all_is_told(client):
    assert client.post("/show", data="[").status_code == 400
    assert client.post("/show", json="x" * 2_000_000).status_code == 413


def test_a_port_in_use_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "apps.demo", "--port", port]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith(f"demo: cannot listen on 127.0.0.1, port {port}: ")


@needs_browser
def test_drawing_and_sliding_change_the_pictures_in_a_browser():
    command = [sys.executable, "-m", "apps.demo", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            play(server.stdout.readline().split()[0])
        finally:
            server.terminate()


def play(address):
    assert address.startswith("http://127.0.0.1:")
    with open_page(address) as page:
        page.wait_for_function("document.getElementById('status').textContent.endsWith(' ms')")

        def picture(name):
            return page.evaluate(f"document.querySelector('#{name} canvas').toDataURL()")

        def after(action, name):
            """The picture, once it is another than before the action."""
            before = picture(name)
            action()
            changed = (
                "([name, old]) => document.querySelector(`#${name} canvas`).toDataURL() != old"
            )
            page.wait_for_function(changed, arg=[name, before])
            return picture(name)

        page.locator("#clear").click()
        after(lambda: stroke(page, [(140, 40), (140, 240)]), "clean")
        page.wait_for_function("document.querySelector('#clean b').textContent == '1'")
        for slider, value in (("amplitude", "0"), ("blur", "3"), ("amplitude", "1.2")):
            after(lambda s=slider, v=value: page.locator(f"#{s}").fill(v), "noisy")
        assert page.locator("#amplitude-value").text_content() == "1.20"
        after(lambda: page.locator("#again").click(), "noisy")
        after(lambda: page.locator("#kind").select_option("speckle"), "denoised")
        after(lambda: page.locator("#model").select_option("transpose"), "denoised")
        after(lambda: page.locator("#filter").select_option("median"), "filtered")
        after(lambda: page.locator("#clear").click(), "clean")


def stroke(page, points):
    box = page.locator("#pad").bounding_box()
    (first, *rest) = [(box["x"] + x, box["y"] + y) for x, y in points]
    page.mouse.move(*first)
    page.mouse.down()
    for point in rest:
        page.mouse.move(*point, steps=8)
    page.mouse.up()

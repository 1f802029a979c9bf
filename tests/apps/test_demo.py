"""The demo: what is drawn and moved on the page shows at once."""

import base64
import io
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from werkzeug.serving import make_server

from apps.demo.estimators import Estimators
from apps.demo.playground import FILTERS
from apps.demo.server import build_app
from denoise.corruption.corrupt import corrupt
from denoise.datasets.sklearn_digits import find_digits
from denoise.evaluation.linear import LinearDenoiser
from denoise.inference.api import (
    ROOT,
    committed_models,
    denoise_images,
    denoise_with_uncertainty,
    load_model,
)
from denoise.inference.known_noise import ESTIMATORS
from denoise.inference.reading import DigitReader
from denoise.io.parameters.noise import Level
from denoise.onnx_model import OnnxModel
from denoise.seeding import seed_sequence
from denoise.uncertainty.confidence import Confidence, ReadingCalibration
from tests.browser import needs_browser, open_page, stroke
from tests.packed_ensemble import pack

ASKED = {"blur": 0.5, "amplitude": 0.6, "kind": "gaussian", "seed": 1}
ASKED |= {"model": "denoiser", "filter": "wiener"}
CLASSIFIER = OnnxModel(ROOT / "models" / "classifier" / "model.onnx")
DIGITS = find_digits()["test_images"][:20]


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
        sum(reading["probabilities"]) == pytest.approx(1, abs=1e-3)
        for reading in answer["readings"].values()
    )
    assert answer["uncertainty"] is None
    assert np.shape(answer["code"]) == (8, 16)
    assert answer["tuned_at"] == "1-faint"
    assert answer["noise"]["std"] == pytest.approx(0.6 / np.sqrt(3), rel=0.3)
    assert answer["noise"]["trained_on"]
    changed = pictures["noisy"].astype(int) - pictures["denoised"]
    inside = (pictures["noisy"] > 0) & (pictures["noisy"] < 255)
    residual = 2 * np.array(answer["residual"]) - 255
    np.testing.assert_allclose(residual[inside], changed[inside], atol=3)
    assert answer["psnr"]["noisy"] < answer["psnr"]["filtered"]


def test_the_model_that_does_best_is_named_where_another_one_denoises(client):
    answer = client.post("/show", json={**ASKED, "number": 3}).get_json()
    suggested = answer["noise"]["suggested"]
    assert suggested not in (None, ASKED["model"])
    asked = {**ASKED, "number": 3, "model": suggested}
    assert client.post("/show", json=asked).get_json()["noise"]["suggested"] is None


def test_no_model_is_said_to_know_salt_and_pepper_noise(client):
    for kind, known in (("salt-and-pepper", False), ("gaussian", True)):
        answer = client.post("/show", json={**ASKED, "number": 3, "kind": kind}).get_json()
        assert answer["noise"]["trained_on"] is known
        assert (answer["noise"]["suggested"] is not None) is known


def test_without_damage_the_model_is_given_the_digit_itself(client):
    asked = {**ASKED, "blur": 0, "amplitude": 0, "number": 0}
    answer = client.post("/show", json=asked).get_json()
    assert answer["pictures"]["noisy"] == answer["pictures"]["clean"]
    expected = np.rint(denoise_images(DIGITS[0]) * 255).ravel()
    np.testing.assert_allclose(answer["pictures"]["denoised"], expected, atol=1)


def test_what_learned_from_clean_digits_is_told_the_noise_and_beats_the_filters(client):
    asked = {**ASKED, "blur": 1.2, "amplitude": 1.0, "number": 3}
    psnr = {}
    for name in (*FILTERS, *ESTIMATORS):
        answer = client.post("/show", json={**asked, "filter": name}).get_json()
        psnr[name] = answer["psnr"]["filtered"]
        assert (answer["tuned_at"] is None) == (name in ESTIMATORS)
    assert {*sorted(psnr, key=psnr.get)[-2:]} == {*ESTIMATORS}


def test_the_same_request_gives_the_same_noise_and_another_seed_another(client):
    first, again, other = (
        client.post("/show", json={**ASKED, "number": 0, "seed": seed}).get_json()["pictures"]
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first["noisy"] != other["noisy"]


@pytest.mark.parametrize("name", [*FILTERS, *ESTIMATORS])
def test_every_filter_and_model_can_be_chosen(client, playground, name):
    pictures = {
        str(client.post("/show", json=asked).get_json()["pictures"]["denoised"])
        for asked in ({**ASKED, "number": 0, "filter": name, "model": m} for m in playground.models)
    }
    assert len(pictures) == len(playground.models)


def test_an_estimator_learns_once_whoever_asks_at_a_time(monkeypatch):
    learned = []

    def learn(clean):
        learned.append(len(clean))
        time.sleep(0.2)  # in which the other threads come
        return LinearDenoiser(clean)

    monkeypatch.setitem(ESTIMATORS, "linear", learn)
    estimators = Estimators(DIGITS)
    noisy = DIGITS[:1] / 255
    amplitudes = (0.5, 0.5, 0.8, 0.8)
    levels = [Level(blur=0.0, amplitude=amplitude, kind="uniform") for amplitude in amplitudes]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda level: estimators.denoise("linear", level, noisy), levels))
    assert learned == [len(DIGITS)]
    for level, denoised in zip(levels, found, strict=True):
        np.testing.assert_allclose(denoised, LinearDenoiser(DIGITS).at(level)(noisy))


def test_an_ensemble_shows_how_far_off_it_may_be(client, playground, tmp_path, monkeypatch):
    path = str(pack(tmp_path))
    monkeypatch.setitem(playground.models, "ensemble", load_model(path))
    asked = {**ASKED, "number": 3, "model": "ensemble"}
    answer = client.post("/show", json=asked).get_json()
    assert answer["coverage"] == 0.9
    noise = playground._parameters.noise.model_copy(update={"kind": ASKED["kind"]})
    monkeypatch.setitem(playground._advice.noises, "ensemble", noise)
    strong, wide = noise.amplitude[1] + 0.1, noise.blur[1] + 0.1
    for other, holds in (
        ({}, True),
        ({"blur": 0, "amplitude": 0}, True),
        ({"amplitude": strong}, False),
        ({"blur": wide}, False),
        ({"kind": "salt-and-pepper"}, False),
    ):
        shown = client.post("/show", json={**asked, **other}).get_json()
        assert shown["coverage_holds"] is holds
    stream = seed_sequence(ASKED["seed"], "demo")
    noisy, _, _ = corrupt(DIGITS[3:4], (0.5, 0.5), (0.6, 0.6), stream, kind="gaussian")
    _, expected = denoise_with_uncertainty(noisy, path)
    np.testing.assert_array_equal(answer["uncertainty"], np.rint(255 * expected.ravel()))


def test_what_is_not_sure_is_not_read(client, playground, monkeypatch):
    for least, read in ((0.0, True), (1.0, False)):
        confidence = Confidence(1.5, least)
        calibration = ReadingCalibration(ensemble=confidence, single=confidence)
        monkeypatch.setattr(playground, "_read", DigitReader(CLASSIFIER, calibration))
        readings = client.post("/show", json={**ASKED, "number": 3}).get_json()["readings"]
        for reading in readings.values():
            assert (reading["digit"] is not None) is read
            assert reading["confidence"] == pytest.approx(max(reading["probabilities"]), abs=1e-3)


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


def test_only_models_of_digits_are_offered(playground):
    assert {"denoiser", "unet", "ensemble"} <= {*playground.models}
    assert "pictures" in committed_models()
    assert "pictures" not in playground.models


@needs_browser
def test_drawing_and_sliding_change_the_pictures_in_a_browser(playground):
    with serving(build_app(playground)) as address:
        play(address)


@needs_browser
def test_the_page_says_that_it_is_working(playground, monkeypatch):
    answered = threading.Event()
    show = playground.show

    def show_later(*arguments):
        answered.wait(20)
        return show(*arguments)

    with serving(build_app(playground)) as address, open_page(address) as page:
        status, pictures = page.locator("#status"), page.locator("#pictures")
        expect(status).to_have_text(re.compile(r"\d+ ms"))
        monkeypatch.setattr(playground, "show", show_later)
        page.locator("#filter").select_option("mixture")
        expect(status).to_have_text(re.compile("Working … At first mixture learns"))
        expect(pictures).to_have_attribute("aria-busy", "true")
        answered.set()
        expect(status).to_have_text(re.compile(r"\d+ ms"), timeout=20_000)
        expect(pictures).to_have_attribute("aria-busy", "false")


@contextmanager
def serving(app):
    """The address of an application, which a thread serves until the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/"
    finally:
        server.shutdown()
        thread.join()


def play(address):
    assert address.startswith("http://127.0.0.1:")
    with open_page(address, bypass_csp=True) as page:
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

        # The pad shows the test digit until something else is drawn.
        assert bright_share(page, "#pad") == pytest.approx(bright_share(page, "#clean canvas"))
        assert bright_share(page, "#pad") > 0.02
        page.locator("#clear").click()
        assert bright_share(page, "#pad") == 0
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


def bright_share(page, canvas):
    """The share of bright pixels."""
    return page.evaluate(
        """selector => {
          const { width, height } = document.querySelector(selector);
          const context = document.querySelector(selector).getContext("2d");
          const values = context.getImageData(0, 0, width, height).data;
          return values.filter((value, n) => n % 4 == 0 && value > 127).length / (width * height);
        }""",
        canvas,
    )

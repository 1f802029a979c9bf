"""The page without a server, in a browser without a network, against the Python API."""

import re
from pathlib import Path

import numpy as np
import pytest
import requests
from scipy.stats import kstest

from apps.demo.request import DenoiseRequest, clean_digit
from apps.demo_page import build, onnxruntime_web
from denoise.analysis.latent_code import Code
from denoise.corruption.corrupt import gaussian_blur
from denoise.corruption.white_noise import WHITE_NOISE
from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.api import ROOT, denoise_images
from denoise.io.errors import InputError
from denoise.io.parameters.datasets import read_dataset
from denoise.onnx_model import OnnxModel
from tests.browser import needs_browser, open_page, stroke

DIGITS = find_digits()["test_images"][: build.DIGITS]
MODELS = ROOT / "models"
AGREEMENT = 1e-4
MANY = 200_000  # draws
KINDS = [*WHITE_NOISE]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The page, with scikit-learn's digits, as a clone under test has no MNIST."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        try:
            runtime, wasm = onnxruntime_web.find_runtime()
        except InputError as error:
            pytest.skip(str(error))
        contents = {"denoiser": build.denoiser(), "classifier": build.classifier()}
        contents |= {"digits": DIGITS.tobytes(), "runtime": runtime, "wasm": wasm}
        about = read_dataset(ROOT / "datasets.yaml", "mnist").about
    file = tmp_path_factory.mktemp("page") / "demo.html"
    file.write_text(build.build_page(contents, about), encoding="utf-8")
    return file


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}


@pytest.fixture(scope="module")
def page(file):
    """The page on a phone without a network, once it shows a digit."""
    with open_page(file.as_uri(), offline=True, **PHONE) as page:
        ready(page)
        yield page


def ready(page):
    page.locator("#status").filter(has_text=re.compile(r"^\d+ ms$")).wait_for(timeout=120_000)


def computed(page, body, argument=None):
    """What JavaScript in the page returns, its typed arrays as lists."""
    return page.evaluate(f"async (given) => {{ {body} }}", argument)


@needs_browser
def test_it_is_one_file_that_asks_no_network(page):
    loaded = computed(page, "return performance.getEntriesByType('resource').map((e) => e.name)")
    assert all(address.startswith("blob:") for address in loaded)
    refused = "try { await fetch(given); return false; } catch { return true; }"
    assert computed(page, refused, "https://example.org/")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert policy.startswith("default-src 'none'; ")
    assert "http" not in policy.replace("http-equiv", "") and "connect-src" not in policy


@needs_browser
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("number", "blur", "amplitude"), [(3, 0.0, 0.4), (7, 1.3, 0.8), (98, 4, 2)]
)
def test_it_computes_what_the_python_api_does(page, kind, number, blur, amplitude):
    asked = {"number": number, "blur": blur, "amplitude": amplitude, "kind": kind, "seed": number}
    found = computed(
        page,
        """
        const noisy = corrupt(testDigit(given.number), given);
        const { denoised, code } = await networks.denoise(noisy);
        const [reading] = await networks.read([denoised]);
        const draws = uniformDraws(given.seed, PIXELS);
        return [noisy, denoised, code, reading, draws].map((values) => [...values]);
        """,
        asked,
    )
    noisy, denoised, code, reading, draws = map(np.float32, found)
    noisy = noisy.reshape(1, 28, 28)

    share = min(amplitude, 1.0) if kind == "salt-and-pepper" else amplitude
    blurred = gaussian_blur(np.float32(DIGITS[number : number + 1]) / 255, np.array([blur]))
    strength = np.full((1, 1, 1), share, np.float32)
    expected = WHITE_NOISE[kind].apply(blurred, strength, draws.reshape(1, 28, 28))
    np.testing.assert_allclose(noisy, expected, atol=AGREEMENT)

    np.testing.assert_allclose(denoised.reshape(28, 28), denoise_images(noisy[0]), atol=AGREEMENT)
    encode = Code(MODELS / "denoiser" / "model.onnx").encode
    np.testing.assert_allclose(code, encode(noisy).ravel(), atol=AGREEMENT)
    read = OnnxModel(MODELS / "classifier" / "model.onnx")
    np.testing.assert_allclose(reading, read(denoise_images(noisy))[0], atol=AGREEMENT)


@needs_browser
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("grey", "amplitude"), [(0.0, 0.7), (0.35, 0.15), (1.0, 0.7)])
def test_the_noise_has_the_mean_and_the_variance_that_its_kind_says(page, kind, grey, amplitude):
    found = computed(
        page,
        """
        const noisy = uniformDraws(5, given.count).map(
          (draw) => WHITE_NOISE[given.kind](given.grey, given.amplitude, draw));
        const mean = noisy.reduce((sum, value) => sum + value, 0) / given.count;
        const squares = noisy.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        return [mean, squares / given.count];
        """,
        {"kind": kind, "grey": grey, "amplitude": amplitude, "count": MANY},
    )
    mean, variance = (
        np.polyval(terms[::-1], grey) for terms in WHITE_NOISE[kind].moments(amplitude)
    )
    assert found[0] == pytest.approx(mean, abs=5 * (variance / MANY) ** 0.5 + 1e-9)
    assert found[1] == pytest.approx(variance, rel=0.03, abs=1e-12)


@needs_browser
def test_draws_are_uniform_and_those_of_each_seed_others(page):
    body = "return given.map((seed) => [...uniformDraws(seed, 5000)])"
    draws = np.array(computed(page, body, [0, 1, 2, 0]))
    np.testing.assert_array_equal(draws[0], draws[3])
    draws = draws[:3]
    assert all(kstest(one, "uniform").pvalue > 0.01 for one in draws)
    bound = 4 / draws.shape[1] ** 0.5
    assert np.abs(np.corrcoef(draws)[np.triu_indices(3, 1)]).max() < bound
    for apart in (1, 2, 28):
        assert abs(np.corrcoef(draws[0][apart:], draws[0][:-apart])[0, 1]) < bound


@needs_browser
@pytest.mark.parametrize(
    "strokes",
    [
        [[(140, 40), (140, 240)]],
        [[(60, 60), (220, 60), (110, 240)]],
        [[(20, 30), (60, 30), (60, 75)], [(30, 50), (75, 50)]],
    ],
    ids=["one", "seven", "small, in two strokes"],
)
def test_a_drawing_is_placed_as_the_server_places_it(page, strokes):
    page.locator("#clear").click()
    for points in strokes:
        stroke(page, points)
    body = "const pad = element('pad'); return [[...drawnDigit(pad)], pad.toDataURL('image/png')]"
    placed, drawing = computed(page, body)
    request = DenoiseRequest.model_construct(drawing=drawing)
    expected = clean_digit(request, DIGITS).ravel()
    assert expected.max() == 255
    np.testing.assert_allclose(np.rint(np.array(placed) * 255), expected, atol=1)


@needs_browser
def test_it_can_be_played_with_on_a_phone(page):
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#any").click()
    picture = "document.querySelector('#{} canvas').toDataURL()"

    def changes(name, action):
        before = page.evaluate(picture.format(name))
        action()
        for _ in range(200):
            if page.evaluate(picture.format(name)) != before:
                return
            page.wait_for_timeout(50)
        raise AssertionError(f"{name} stays as it was")

    changes("noisy", lambda: page.locator("#again").click())
    for kind in KINDS[1:]:
        changes("denoised", lambda k=kind: page.locator("#kind").select_option(k))
    changes("noisy", lambda: page.locator("#blur").fill("3"))
    changes("clean", lambda: page.locator("#number").fill("42"))
    page.locator("#number").fill("100")
    page.get_by_text("number is 100; the test digits are 0 to 99").wait_for()
    changes("clean", lambda: page.locator("#clear").click())
    changes("code", lambda: stroke(page, [(140, 40), (140, 240)]))
    page.locator("#clean b").filter(has_text="1").wait_for()
    for name in ("filtered", "repair"):
        assert page.locator(f"#{name}").is_hidden()
    said = page.locator("#about").inner_text()
    assert "make demo" in said and "LeCun" in said


def test_without_test_digits_or_labels_that_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"data/clean/test_images.npy does not exist: run `make"):
        build.test_digits()
    with pytest.raises(InputError, match="the page reads digits, and the pipeline's data has no"):
        build.classifier()


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """Let the registry answer with given bytes, or not at all; an empty cache of downloads."""
    cache = tmp_path / "cache"
    monkeypatch.setattr(onnxruntime_web, "user_cache", lambda: cache)

    def answer_with(answer):
        def fetch(url, target, _):
            assert url == onnxruntime_web.ADDRESS
            if isinstance(answer, Exception):
                raise answer
            Path(target).write_bytes(answer)

        monkeypatch.setattr(onnxruntime_web.pooch, "HTTPDownloader", lambda **_: fetch)
        return cache

    return answer_with


def left_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_another_package_than_the_locked_one_is_refused(registry):
    cache = registry(b"not it")
    with pytest.raises(InputError, match="is not the package that is locked"):
        onnxruntime_web.find_runtime()
    assert left_in(cache) == []


def test_without_a_network_it_is_said_where_the_package_goes(registry):
    cache = registry(requests.ConnectionError("name resolution failed"))
    told = f"{onnxruntime_web.ADDRESS} cannot be reached: try again, or put that file, from"
    with pytest.raises(InputError, match=re.escape(told)) as refused:
        onnxruntime_web.find_runtime()
    assert str(refused.value).endswith(f" into {cache}")
    assert left_in(cache) == []

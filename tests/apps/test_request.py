"""Whatever is asked of the demo gets an answer or a sentence, never a traceback."""

import base64
import io
import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

ASKED = {"blur": 0.5, "amplitude": 0.6, "kind": "gaussian", "seed": 1}
ASKED |= {"model": "denoiser", "filter": "wiener", "number": 0}


def data_url(content):
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"


def drawing(image, kind="PNG"):
    content = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(content, kind)
    return data_url(content.getvalue())


def chunk(kind, content):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(width, height, *chunks):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min((width + 1) * height, 10_000)))
    parts = [chunk(b"IHDR", header), *chunks, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return data_url(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


BOMB = zlib.compress(bytes(100_000_000), 9)  # unpacks to a hundred million bytes
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EOF\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blur": 9}, "blur is 9; it must be a number from 0 to 5"),
        ({"blur": True}, "blur is True; it must be a number from 0 to 5"),
        ({"blur": None}, "blur is None; it must be a number"),
        ({"amplitude": "much"}, "amplitude is 'much'; it must be a number"),
        ({"amplitude": -1}, "amplitude is -1; it must be a number from 0 to 3"),
        ({"model": "gan"}, "model is 'gan'; it must be one of denoiser"),
        ({"model": {}}, "model is {}; it must be one of denoiser"),
        ({"filter": "noisy"}, "filter is 'noisy'; it must be one of gaussian"),
        ({"filter": ["wiener"]}, "filter is ['wiener']; it must be one of gaussian"),
        ({"kind": "pink"}, "kind is 'pink'; it must be one of uniform"),
        ({"kind": []}, "kind is []; it must be one of uniform"),
        ({"kind": "\ud800"}, "kind is '\\ud800'; it must be one of uniform"),
        ({"seed": "x"}, "seed is 'x'; it must be a whole number from 0 on"),
        ({"seed": True}, "seed is True; it must be a whole number from 0 on"),
        ({"seed": 10**300}, "0; it must be a whole number from 0 on, and at most 9007199254740991"),
        ({"number": 20}, "number is 20; the test digits are 0 to 19"),
        ({"number": -1}, "number is -1; the test digits are 0 to 19"),
        ({"number": True}, "number is True; the test digits are 0 to 19"),
        ({"number": None}, "there is neither a number nor a drawing; the test digits are 0 to 19"),
        ({"colour": 1}, "'colour' is no key of a request; they are blur, amplitude, kind"),
        ({"drawing": 5}, "drawing is 5; it must be a PNG picture as a data URL"),
        ({"drawing": ""}, "the drawing is no picture"),
        ({"drawing": "data:,abc"}, "the drawing is no picture"),
        ({"drawing": "data:,é"}, "the drawing is no picture"),
        ({"drawing": data_url(b"")}, "the drawing is no picture"),
        ({"drawing": "data:image/png;base64,é"}, "the drawing is no picture"),
        ({"drawing": "data:image/png;base64,AAA"}, "the drawing is no picture: Incorrect padding"),
        ({"drawing": drawing(np.ones((1200, 3), np.uint8))}, "at most 1000x1000 pixels"),
        ({"drawing": png(60_000, 60_000)}, "at most 1,000,000 are read"),
        ({"drawing": png(9, 9, chunk(b"zTXt", b"a\0\0" + BOMB))}, "the drawing is no picture"),
        (
            {"drawing": png(9, 9, chunk(b"iTXt", b"a\0\1\0\0\0" + BOMB))},
            "the drawing is no picture",
        ),
        ({"drawing": drawing(Image.new("LAB", (9, 9)), "TIFF")}, "the drawing is no picture: "),
        ({"drawing": data_url(POSTSCRIPT)}, "it is no PNG, JPEG, TIFF or BMP picture"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_request_is_told(client, change, message):
    response = client.post("/show", json={**ASKED, **change})
    assert response.status_code == 400
    assert message in sentence(response)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the request is no JSON: Expecting value"),
        (b"null", "the request holds no JSON object"),
        (b"[]", "the request holds no JSON object"),
        (b"[" * 100_000, "the request is nested too deeply"),
        (b'{"a":' * 9_000 + b"1" + b"}" * 9_000, "the request is nested too deeply"),
        (b'{"kind": "\xff"}', "the request is no JSON: 'utf-8' codec"),
        (b'{"blur": NaN}', "the request is no JSON: NaN is no number"),
        (b'{"blur": -Infinity}', "the request is no JSON: -Infinity is no number"),
        (b'{"blur": 1, "blur": 2}', "the request is no JSON: 'blur' stands there twice"),
        (b'{"seed": ' + b"9" * 6_000 + b"}", "the request is no JSON: Exceeds the limit"),
        (b"{}", "blur is missing; it must be a number from 0 to 5"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_request_is_told(client, body, message):
    response = client.post("/show", data=body, content_type="application/json")
    assert response.status_code == 400
    assert message in sentence(response)


def test_a_key_that_is_no_text_is_told(client):
    answer = client.post("/show", data='{"\\ud800": 1}', content_type="application/json")
    assert answer.status_code == 400
    assert "is no" in answer.get_json()["error"]


def test_what_is_no_request_at_all_is_told(client):
    assert client.post("/show", data="[").status_code == 400
    assert client.post("/show", json="x" * 2_000_000).status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "", "application/xml"])
def test_another_type_of_content_is_told(client, kind):
    response = client.post("/show", data=json.dumps(ASKED), content_type=kind)
    assert response.status_code == 400
    assert sentence(response) == "the request's Content-Type is not application/json"


def test_a_number_that_is_too_large_for_a_float_is_told(client):
    body = json.dumps(ASKED).replace("0.6", "1e999")
    response = client.post("/show", data=body, content_type="application/json")
    assert sentence(response) == "amplitude is inf; it must be a number from 0 to 3"


def test_what_was_given_is_repeated_shortly(client):
    for change in ({"kind": "x" * 900_000}, {"seed": [[9] * 900] * 900}, {"x" * 900_000: 1}):
        assert len(sentence(client.post("/show", json={**ASKED, **change}))) < 200


def test_where_there_are_no_test_digits_that_is_said(playground, client, monkeypatch):
    monkeypatch.setitem(playground.__dict__, "test_images", np.empty((0, 28, 28), np.uint8))
    response = client.post("/show", json=ASKED)
    assert response.status_code == 400
    assert sentence(response) == (
        "number is 0; there are no test digits here: draw one, or run `make repro`"
    )
    drawn = {**ASKED, "drawing": line()}
    del drawn["number"]
    assert client.post("/show", json=drawn).status_code == 200


def test_a_drawing_of_noise_alone_shows_no_digit(client):
    noise = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    response = client.post("/show", json={**ASKED, "drawing": drawing(noise)})
    assert response.status_code == 400
    assert sentence(response).startswith("no digit found: ")


def test_other_addresses_and_methods_are_told(client):
    for method, address, code in (("get", "/../params.yaml", 404), ("put", "/choices", 405)):
        response = getattr(client, method)(address)
        assert response.status_code == code
        assert sentence(response)


def line():
    canvas = np.zeros((280, 280), np.uint8)
    canvas[10:110, 10:30] = 255
    return drawing(canvas)


def sentence(response):
    """What a refusal says: one line, nothing of the program's inside."""
    told = strict(response)["error"]
    assert told and "\n" not in told and "Traceback" not in told and " at 0x" not in told
    return told


def strict(response):
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(response.get_data(), parse_constant=refuse)


numbers = st.one_of(st.integers(), st.floats(), st.integers(-2, 25), st.floats(0, 5))
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    ["uniform", "speckle", "salt-and-pepper", "poisson", "unet", "denoiser", "median", "linear"]
)
LINE = base64.b64decode(line().partition(",")[2])


@st.composite
def drawings(draw):
    """A picture with some bytes changed, or none at all."""
    content = bytearray(draw(st.sampled_from([LINE, b""])) or draw(st.binary(max_size=60)))
    for place in draw(st.lists(st.integers(0, max(len(content) - 1, 0)), max_size=4)):
        if content:
            content[place] = draw(st.integers(0, 255))
    return data_url(bytes(content[: draw(st.integers(0, len(content)))] or content))


changes = st.dictionaries(
    st.sampled_from([*ASKED, "drawing"]) | st.text(max_size=5),
    values | names | drawings(),
    max_size=4,
)
fuzz = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@fuzz
@given(changes=changes, left_out=st.sets(st.sampled_from([*ASKED]), max_size=1))
@example(changes={"kind": "salt-and-pepper", "amplitude": 3}, left_out=set())
def test_any_request_gets_an_answer_or_a_sentence(client, changes, left_out):
    asked = {key: value for key, value in (ASKED | changes).items() if key not in left_out}
    body = json.dumps(asked)  # NaN and lone surrogates included
    response = client.post("/show", data=body, content_type="application/json")
    if response.status_code == 200:
        answer = strict(response)
        assert all(len(picture) == 784 for picture in answer["pictures"].values())
        assert not left_out - {"number"}
    else:
        assert response.status_code == 400
        assert sentence(response)


@fuzz
@given(body=st.binary(max_size=80), kind=st.sampled_from(["application/json", "text/plain"]))
def test_any_bytes_get_a_sentence(client, body, kind):
    response = client.post("/show", data=body, content_type=kind)
    assert response.status_code == 400
    assert sentence(response)

"""`python -m denoise --uncertainty`: maps beside outputs; readings with how sure they are."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from denoise.inference import api, reading
from denoise.inference.api import denoise_with_uncertainty
from denoise.uncertainty.confidence import Confidence, ReadingCalibration
from tests.packed_ensemble import pack

RANDOM = np.random.default_rng(0)
IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[4:24, 12:16] = 255
NOISY = (IMAGE / 255 + RANDOM.uniform(-0.8, 0.8, (30, 28, 28))).astype(np.float32)
COMMAND = ("--model", "ensemble", "--uncertainty")


@pytest.fixture(autouse=True, scope="module")
def ensemble(tmp_path_factory):
    """Packed from committed networks, in place of the one that the studies leave."""
    folder = tmp_path_factory.mktemp("ensembles")
    pack(folder / "autoencoder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "ENSEMBLES", folder)
        yield


def calibrated(monkeypatch, least):
    confidence = Confidence(1.5, least)
    known = ReadingCalibration(ensemble=confidence, single=confidence)
    monkeypatch.setattr(reading, "reading_calibration", lambda: known)


def test_a_picture_has_a_map_beside_it(denoise):
    Image.fromarray(IMAGE).save("one.png")
    code, out, _ = denoise("one.png", "-o", "out", *COMMAND)
    assert code == 0
    promise = "over images with noise like that of training, 90% of the ink is no further off than"
    assert out[2].startswith(f"  out/one-uncertainty.png: {promise} it says")
    clean, half_widths = denoise_with_uncertainty(IMAGE)
    np.testing.assert_array_equal(np.asarray(Image.open("out/one.png")), np.rint(clean * 255))
    drawn = np.asarray(Image.open("out/one-uncertainty.png"))
    np.testing.assert_array_equal(drawn, np.rint(half_widths * 255))


def test_each_page_has_its_own(denoise):
    pages = [Image.fromarray(np.roll(IMAGE, shift, axis=1)) for shift in (0, 4)]
    pages[0].save("two.tiff", save_all=True, append_images=pages[1:])
    assert denoise("two.tiff", "-o", "out", *COMMAND)[0] == 0
    names = {path.name for path in Path("out").iterdir()}
    assert names == {f"two-{page}{end}.png" for page in "12" for end in ("", "-uncertainty")}


@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_maps_of_arrays_are_grey_values(denoise, dtype):
    images = NOISY if dtype is np.float64 else np.clip(NOISY, 0, 1) * 255
    images = np.tile(images.astype(dtype), (40, 1, 1))  # more than a block
    np.save("noisy.npy", images[..., np.newaxis])
    assert denoise("noisy.npy", "-o", "clean.npy", *COMMAND)[0] == 0
    found = np.load("clean-uncertainty.npy")
    assert (found.dtype, found.shape) == (np.float32, (1200, 28, 28, 1))
    np.testing.assert_allclose(found[..., 0], denoise_with_uncertainty(images)[1], atol=1e-6)


def test_an_archive_has_maps_of_its_images_alone(denoise):
    np.savez("set.npz", images=NOISY, one=NOISY[0], labels=np.arange(30))
    _, (line,), _ = denoise("set.npz", "-o", "out", "--json", *COMMAND)
    found = json.loads(line)
    assert found["uncertainty"] == ["out/set-uncertainty.npz"]
    assert (found["coverage"], found["trained_on"]) == (0.9, True)
    maps = np.load("out/set-uncertainty.npz")
    assert set(maps) == {"images", "one"}
    np.testing.assert_allclose(maps["one"], denoise_with_uncertainty(NOISY[0])[1], atol=1e-6)
    assert set(np.load("out/set.npz")) == {"images", "one", "labels"}


@pytest.mark.parametrize(
    "images",
    [IMAGE / 255 + RANDOM.uniform(-2.4, 2.4, NOISY.shape), np.full(NOISY.shape, 0.5)],
    ids=["stronger noise", "no noise and no digit"],
)
def test_where_the_noise_is_not_that_of_training_nothing_is_promised(denoise, images):
    np.save("other.npy", images)
    _, out, _ = denoise("other.npy", "-o", "out", *COMMAND)
    strength = "weaker" if images.std() == 0 else "stronger"
    assert f"{strength} than the 0.01 to 0.87 that ensemble was trained on" in out[1]
    assert out[2].endswith("it says; this noise is not like it")
    _, (line,), _ = denoise("other.npy", "-o", "out", "--force", "--json", *COMMAND)
    assert json.loads(line)["trained_on"] is False


@pytest.mark.parametrize("path", ["model.onnx", ""], ids=["file", "folder"])
def test_an_ensemble_that_is_named_by_its_path_is_known(denoise, path):
    np.save("other.npy", IMAGE / 255 + RANDOM.uniform(-2.4, 2.4, NOISY.shape))
    named = str(api.ENSEMBLES / "autoencoder" / path)
    _, out, _ = denoise("other.npy", "-o", "out", "--model", named, "--uncertainty")
    assert "stronger than the 0.01 to 0.87 that ensemble was trained on" in out[1]
    assert out[2].endswith("it says; this noise is not like it")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--uncertainty",), "the model 'denoiser' does not say how sure it is: ensemble can"),
        (
            ("--uncertainty", "--model", "auto"),
            "--uncertainty is for a model by its name, such as --model ensemble",
        ),
        (
            ("--uncertainty", "--known-noise", "0", "0.8"),
            "--uncertainty is for a model; --known-noise denoises without one",
        ),
    ],
)
def test_what_cannot_say_how_sure_it_is_is_told(denoise, arguments, message):
    np.save("noisy.npy", NOISY)
    code, out, _ = denoise("noisy.npy", "-o", "out", *arguments)
    assert (code, out) == (f"denoise: {message}", [])
    assert not Path("out").exists()


def test_a_map_overwrites_nothing_and_then_nothing_is_written(denoise):
    np.save("noisy.npy", NOISY)
    Image.fromarray(IMAGE).save("one.png")
    Path("out").mkdir()
    for name in ("noisy-uncertainty.npy", "one-uncertainty.png"):
        Path("out", name).write_text("precious", encoding="utf-8")
        source = name.replace("-uncertainty", "")
        code, _, error = denoise(source, "-o", "out", *COMMAND)
        assert code == 1
        assert error == [f"denoise: {source}: out/{name} exists: --force overwrites it"]
        assert Path("out", name).read_text(encoding="utf-8") == "precious"
    assert len([*Path("out").iterdir()]) == 2


def test_a_reading_says_how_sure_it_is(denoise, monkeypatch):
    calibrated(monkeypatch, 0.5)
    Image.fromarray(IMAGE).save("one.png")
    _, out, _ = denoise("one.png", "-o", "out")
    assert out[0].startswith("one.png -> out/one.png: 28x28 grey, read as 1 (")
    assert out[0].endswith("% sure)")
    assert "100%" not in out[0]


def test_readings_that_are_not_sure_are_left_out(denoise, monkeypatch):
    noise = RANDOM.uniform(-2.5, 2.5, (200, 28, 28))
    np.save("noisy.npy", (IMAGE / 255 + noise).astype(np.float32))

    def found(*arguments):
        _, (line,), _ = denoise("noisy.npy", "-o", "out", "--json", "--force", *arguments)
        return json.loads(line)

    monkeypatch.setattr(reading, "reading_calibration", lambda: None)
    unknown = found()
    assert (unknown["confidence"], unknown["not_read"]) == (None, 0)
    calibrated(monkeypatch, 0.9)
    some, more, none = found(), found("--min-confidence", "0"), found("--min-confidence", "1")
    assert 0 < some["not_read"] < 200 == sum(some["readings"].values()) + some["not_read"]
    assert more["readings"] == unknown["readings"]
    assert more["confidence"] < some["confidence"] <= 1
    assert some["digits"] == [
        digit if confidence >= 0.9 else None
        for digit, confidence in zip(more["digits"], more["confidences"], strict=True)
    ]
    assert unknown["confidences"] == []
    assert some["confidence"] > 0.9
    assert (none["readings"], none["not_read"], none["confidence"]) == ({}, 200, None)
    Image.fromarray(IMAGE).save("one.png")
    _, out, _ = denoise("one.png", "-o", "out", "--min-confidence", "1")
    assert out[0].endswith("% sure)") and "28x28 grey, not sure enough to be read (" in out[0]


@pytest.mark.parametrize("given", ["2", "-0.1", "nan", "sure"])
def test_a_confidence_is_a_number_from_0_to_1(denoise, given):
    np.save("noisy.npy", NOISY)
    code, _, error = denoise("noisy.npy", "-o", "out", f"--min-confidence={given}")
    assert code == 2
    assert f"it is '{given}'; it must be a number from 0 to 1" in error[-1]


def test_without_a_calibration_none_can_be_asked_for(denoise, monkeypatch):
    monkeypatch.setattr(reading, "reading_calibration", lambda: None)
    np.save("noisy.npy", NOISY)
    code, *_ = denoise("noisy.npy", "-o", "out", "--min-confidence", "0.5")
    assert code.startswith("denoise: --min-confidence needs to know how sure readings are")


def test_the_calibration_is_left_out_where_the_studies_saw_other_images(monkeypatch):
    monkeypatch.setattr(reading, "studies_use_same_data", lambda root: False)
    assert reading.reading_calibration() is None

"""Images of any size come into the frame whole, and digits as MNIST's makers placed them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.fit import NOTHING, TROUBLES, Trouble, draw_page, overlap
from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.finding import find_digit
from denoise.inference.framing import fit_digit, frame
from denoise.io.errors import InputError
from denoise.io.parameters.noise import Level
from denoise.io.parameters.pipeline import read_parameters

LEVELS = read_parameters(Path(__file__).parents[2] / "params.yaml").levels
DIGITS = find_digits()["test_images"][:10]


def canvas(height, width, top, left, digit, ground=0.0, ink=1.0):
    image = np.full((height, width), ground, np.float32)
    image[top : top + digit.shape[0], left : left + digit.shape[1]] += (ink - ground) * digit
    return image


# An L, whose centre of mass is not the middle of its box.
LETTER = np.zeros((120, 80), np.float32)
LETTER[:, :20] = 1
LETTER[100:, :] = 1


def centre(image):
    return [float((np.indices(image.shape)[axis] * image).sum() / image.sum()) for axis in (0, 1)]


def test_a_digit_is_scaled_to_twenty_pixels_and_centred_by_its_mass():
    framed, done, _ = fit_digit(canvas(300, 400, 30, 250, LETTER))
    assert framed.shape == (28, 28)
    assert done == "digit of 80x120 scaled to 13x20 and centred"
    rows, columns = (np.flatnonzero((framed > 0.2).any(axis=axis)) for axis in (1, 0))
    assert rows[-1] - rows[0] + 1 == 20
    assert columns[-1] - columns[0] + 1 == 13
    assert centre(framed) == pytest.approx([13.5, 13.5], abs=0.51)


def test_where_it_stood_and_how_faint_it_was_makes_no_difference():
    first, *_ = fit_digit(canvas(300, 400, 30, 250, LETTER))
    for top, left, ground, ink in ((0, 0, 0.0, 1.0), (150, 10, 0.3, 0.6), (180, 320, 0.1, 0.2)):
        other, *_ = fit_digit(canvas(300, 400, top, left, LETTER, ground, ink))
        np.testing.assert_allclose(other, first, atol=1e-3)


def test_an_mnist_digit_stays_where_it_is(digits_like_mnist):
    for digit in digits_like_mnist:
        framed, *_ = fit_digit(digit)
        assert centre(framed) == pytest.approx(centre(digit), abs=1.0)


@pytest.fixture
def digits_like_mnist():
    return [fit_digit(image / 255)[0] for image in DIGITS]


def test_a_frame_may_have_another_size():
    framed, done, _ = fit_digit(canvas(300, 400, 30, 250, LETTER), (36, 44))
    assert framed.shape == (36, 44)
    assert done == "digit of 80x120 scaled to 17x26 and centred"
    assert centre(framed) == pytest.approx([17.5, 21.5], abs=0.51)
    framed, done, _ = frame(np.ones((10, 40)), (24, 20))
    assert (framed.shape, framed.sum()) == ((24, 20), 5 * 20)
    assert done == "scaled to 20x5, the rest black"
    assert frame(np.ones((24, 20)), (24, 20))[1] == ""


def found(level, trouble=NOTHING, side=200, size=62):
    """How many of ten digits are found on a page."""
    pages = [
        draw_page(image, side, size, level, trouble, seed) for seed, image in enumerate(DIGITS)
    ]
    digits = [(find_digit(page), box) for page, box in pages]
    return sum(digit is not None and overlap(digit.box, box) > 0.5 for digit, box in digits)


def noise(amplitude, kind="uniform"):
    return Level(blur=0.0, amplitude=amplitude, kind=kind)


@pytest.mark.parametrize("level", [noise(0.05), noise(0.1), noise(0.3), *LEVELS.values()])
def test_a_digit_is_found_on_a_page_as_noisy_as_the_levels(level):
    assert found(level) >= (9 if level.amplitude < 1.5 else 6)


@pytest.mark.parametrize("kind", ["gaussian", "poisson", "speckle", "salt-and-pepper"])
def test_a_digit_is_found_in_noise_of_every_kind(kind):
    assert found(noise(0.1, kind)) == 10
    # Of salt and pepper on so many pixels, much is as large as a stroke is wide.
    assert found(noise(0.3, kind)) >= (6 if kind == "salt-and-pepper" else 9)


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
@pytest.mark.parametrize("level", ["0-clean", "1-faint", "2-light"])
def test_a_digit_is_found_under_uneven_light_among_specks_and_in_a_photograph(level, trouble):
    assert found(LEVELS[level], trouble) >= 9


@pytest.mark.parametrize(("side", "size"), [(100, 80), (150, 40), (400, 120)])
def test_a_digit_is_found_however_much_of_the_page_it_takes(side, size):
    assert found(LEVELS["2-light"], side=side, size=size) >= 9


def test_a_speck_beside_a_clean_digit_is_no_part_of_it():
    page = canvas(300, 400, 150, 250, LETTER)
    expected, done, _ = fit_digit(page)
    page[20:23, 30:33] = 1
    framed, done_with_speck, _ = fit_digit(page)
    assert done_with_speck == done
    np.testing.assert_allclose(framed, expected, atol=1e-3)


@pytest.mark.parametrize("light", [0.0, 0.5])
@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS.keys())
def test_no_digit_is_found_where_there_is_none(level, light):
    for seed in range(4):
        page, _ = draw_page(None, 200, 62, level, Trouble(light=light), seed)
        with pytest.raises(InputError, match="no digit found"):
            fit_digit(page)


@pytest.mark.parametrize("spread", [1.0, 0.5, 0.2])
@pytest.mark.parametrize("middle", [(0.5, 0.5), (0.2, 0.7)])
def test_light_that_falls_off_is_no_digit(spread, middle):
    rows, columns = np.mgrid[0:1:200j, 0:1:200j]
    squares = (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2
    with pytest.raises(InputError, match="no digit found"):
        fit_digit(0.6 * np.exp(-squares / (2 * spread**2)))


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 50), (50, 1), (3, 3), (11, 12), (12, 12), (28, 28), (7, 900)]
)
def test_a_page_of_any_shape_is_fitted_or_refused_in_a_sentence(shape):
    for page in (np.random.default_rng(1).random(shape), np.eye(*shape), np.ones(shape)):
        try:
            framed, *_ = fit_digit(page)
        except InputError as error:
            assert "no digit found" in str(error)
        else:
            assert framed.shape == (28, 28)
            assert np.isfinite(framed).all()


@pytest.mark.parametrize("value", [0.0, 1.0, 0.4])
def test_an_empty_page_has_nothing_to_fit(value):
    with pytest.raises(InputError, match="no digit found"):
        fit_digit(np.full((50, 60), value))


def test_the_whole_of_an_image_is_kept_in_the_middle():
    framed, done, _ = frame(np.ones((50, 100)))
    assert done == "scaled to 28x14, the rest black"
    assert (framed[7:21] == 1).all()
    assert framed.sum() == 14 * 28


def test_shrinking_averages_instead_of_dropping_pixels():
    stripes = np.tile([0.0, 1.0], (280, 140))
    framed, *_ = frame(stripes)
    assert framed == pytest.approx(np.full((28, 28), 0.5), abs=0.1)


def test_an_image_of_the_frames_size_is_left_alone():
    image = np.random.default_rng(0).random((28, 28)).astype(np.float32) * 3 - 1
    framed, done, _ = frame(image)
    np.testing.assert_array_equal(framed, image)
    assert done == ""


def test_thin_images_keep_a_pixel():
    assert frame(np.ones((1, 2000)))[0].sum() == 28
    assert Image.fromarray(frame(np.ones((2000, 1)))[0]).size == (28, 28)

"""Images of any size come into the frame whole, and digits as MNIST's makers placed them."""

import numpy as np
import pytest
from PIL import Image

from denoise.inference.framing import fit_digit, frame
from denoise.io.errors import InputError


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
    framed, done = fit_digit(canvas(300, 400, 30, 250, LETTER))
    assert framed.shape == (28, 28)
    assert done == "digit of 80x120 scaled to 13x20 and centred"
    rows, columns = (np.flatnonzero((framed > 0.2).any(axis=axis)) for axis in (1, 0))
    assert rows[-1] - rows[0] + 1 == 20
    assert columns[-1] - columns[0] + 1 == 13
    assert centre(framed) == pytest.approx([13.5, 13.5], abs=0.51)


def test_where_it_stood_and_how_faint_it_was_makes_no_difference():
    first, _ = fit_digit(canvas(300, 400, 30, 250, LETTER))
    for top, left, ground, ink in ((0, 0, 0.0, 1.0), (150, 10, 0.3, 0.6), (180, 320, 0.1, 0.2)):
        other, _ = fit_digit(canvas(300, 400, top, left, LETTER, ground, ink))
        np.testing.assert_allclose(other, first, atol=1e-3)


def test_an_mnist_digit_stays_where_it_is(digits_like_mnist):
    for digit in digits_like_mnist:
        framed, _ = fit_digit(digit)
        assert centre(framed) == pytest.approx(centre(digit), abs=1.0)


@pytest.fixture
def digits_like_mnist():
    from denoise.datasets.sklearn_digits import find_digits

    return [fit_digit(image / 255)[0] for image in find_digits()["test_images"][:20]]


def test_a_frame_may_have_another_size():
    framed, done = fit_digit(canvas(300, 400, 30, 250, LETTER), (36, 44))
    assert framed.shape == (36, 44)
    assert done == "digit of 80x120 scaled to 17x26 and centred"
    assert centre(framed) == pytest.approx([17.5, 21.5], abs=0.51)
    framed, done = frame(np.ones((10, 40)), (24, 20))
    assert (framed.shape, framed.sum()) == ((24, 20), 5 * 20)
    assert done == "scaled to 20x5, the rest black"
    assert frame(np.ones((24, 20)), (24, 20))[1] == ""


@pytest.mark.parametrize("value", [0.0, 1.0, 0.4])
def test_an_empty_page_has_nothing_to_fit(value):
    with pytest.raises(InputError, match="--invert"):
        fit_digit(np.full((50, 60), value))


def test_the_whole_of_an_image_is_kept_in_the_middle():
    framed, done = frame(np.ones((50, 100)))
    assert done == "scaled to 28x14, the rest black"
    assert (framed[7:21] == 1).all()
    assert framed.sum() == 14 * 28


def test_shrinking_averages_instead_of_dropping_pixels():
    stripes = np.tile([0.0, 1.0], (280, 140))
    framed, _ = frame(stripes)
    assert framed == pytest.approx(np.full((28, 28), 0.5), abs=0.1)


def test_an_image_of_the_frames_size_is_left_alone():
    image = np.random.default_rng(0).random((28, 28)).astype(np.float32) * 3 - 1
    framed, done = frame(image)
    np.testing.assert_array_equal(framed, image)
    assert done == ""


def test_thin_images_keep_a_pixel():
    assert frame(np.ones((1, 2000)))[0].sum() == 28
    assert Image.fromarray(frame(np.ones((2000, 1)))[0]).size == (28, 28)

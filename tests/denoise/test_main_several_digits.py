"""`--fit` takes one digit, and says so where a page seems to hold more."""

import json

import numpy as np
import pytest
from PIL import Image

from benchmarks.fit import NOTHING, TROUBLES, draw_page
from denoise.datasets.sklearn_digits import find_digits
from denoise.inference.finding import find_digit
from tests.denoise.test_framing import LEVELS

MANY = find_digits()["test_images"][:100]
DIGITS = MANY[:20]


def page_of(*digits, gap=30, width=None):
    """Return a page of uint8 with digits of 40 pixels in height, so many pixels apart."""
    parts = [np.zeros((40, 40), np.uint8)]
    for digit in digits:
        ink = DIGITS[digit][:, DIGITS[digit].any(axis=0)]
        parts += [ink[ink.any(axis=1)].repeat(2, axis=0).repeat(2, axis=1), np.zeros((40, gap))]
    page = np.pad(np.hstack([*parts, parts[0]]), ((40, 40), (0, 0)))
    return np.pad(page, ((0, 0), (0, (width or page.shape[1]) - page.shape[1]))).astype(np.uint8)


def test_other_digits_on_a_page_are_mentioned(denoise):
    Image.fromarray(255 - page_of(0, 1, 2)).save("row.png")
    code, out, _ = denoise("row.png", "-o", "out", "--fit", "--invert")
    assert code == 0
    assert "read as" in out[0]
    assert out[-1].lstrip().startswith("there seems to be more than one digit, and")
    Image.fromarray(255 - page_of(0)).save("one.png")
    code, out, _ = denoise("one.png", "-o", "out", "--fit", "--invert")
    assert (code, any("more than one digit" in line for line in out)) == (0, False)


def test_pages_with_several_digits_are_counted(denoise):
    np.save("pages.npy", np.stack([page_of(0, 1, width=250), page_of(2, width=250)] * 2))
    code, out, _ = denoise("pages.npy", "-o", "out", "--fit")
    assert code == 0
    assert "there seems to be more than one digit in 2 of its images" in out[-1]
    _, (line,), _ = denoise("pages.npy", "-o", "out", "--fit", "--json", "--force")
    assert json.loads(line)["more_digits"] == 2
    pages = [Image.fromarray(page) for page in (page_of(0, 1), page_of(2), page_of(3, 4))]
    pages[0].save("scan.tif", save_all=True, append_images=pages[1:])
    _, (line,), _ = denoise("scan.tif", "-o", "out", "--fit", "--json")
    assert json.loads(line)["more_digits"] == 2
    assert [page["more_digits"] for page in json.loads(line)["pages"]] == [1, 0, 1]
    _, (line,), _ = denoise("scan.tif", "-o", "out", "--json", "--force")
    assert json.loads(line)["more_digits"] is None  # nobody looked


@pytest.mark.parametrize("digits", [(0, 2), (3, 5), (6, 8), (1, 1), (1, 7)])
@pytest.mark.parametrize("turned", [False, True], ids=["in a row", "in a column"])
@pytest.mark.parametrize("gap", [4, 8, 16])
def test_digits_that_are_so_close_that_they_are_taken_as_one_are_mentioned(digits, turned, gap):
    page = page_of(*digits, gap=gap) / 255
    assert find_digit(page.T if turned else page).more


def test_digits_that_touch_are_mentioned():
    assert find_digit(page_of(0, 2, gap=0) / 255).more


def test_a_line_on_the_page_does_not_hide_another_digit():
    page = page_of(0, 2, gap=60) / 255
    page[10:13] = 1  # right across, and stronger than a digit
    assert find_digit(page).more
    page[70:73, 50:] = page[110:113, :70] = 1  # and two more
    assert find_digit(page).more


def test_a_noisy_page_that_is_too_small_to_tell_is_not_said_to_hold_one(denoise):
    noise = np.random.default_rng(0).uniform(-0.4, 0.4, (3, 28, 56))
    pair = np.hstack(DIGITS[:2]) / 255 + noise
    np.save("pair.npy", pair)
    (line,) = denoise("pair.npy", "-o", "out", "--fit", "--json")[1]
    assert json.loads(line)["more_digits"] is None
    assert find_digit(pair[0]).more is None


def test_a_ruled_line_is_no_other_digit():
    page = page_of(0) / 255
    page[-20:-18, 30:90] = 1
    assert not find_digit(page).more


@pytest.mark.parametrize(("side", "size"), [(28, 20), (48, 40), (64, 40)])
@pytest.mark.parametrize("level", ["0-clean", "1-faint", "2-light", "3-medium"])
def test_a_digit_that_fills_its_page_is_hardly_ever_said_to_be_more(level, side, size):
    noise = LEVELS[level]
    pages = [draw_page(image, side, size, noise, NOTHING, n) for n, image in enumerate(MANY)]
    digits = [find_digit(page) for page, _ in pages]
    assert sum(bool(digit.more) for digit in digits if digit) <= 3


@pytest.mark.parametrize("level", ["0-clean", "1-faint", "2-light"])
def test_two_digits_are_noticed_in_noise(level):
    noise = np.random.default_rng(0)
    noticed = 0
    for first in range(10):
        page = page_of(first, first + 10) / 255
        amplitude = LEVELS[level].amplitude
        digit = find_digit(page + noise.uniform(-amplitude, amplitude, page.shape))
        noticed += digit is not None and bool(digit.more)
    assert noticed >= 9


@pytest.mark.parametrize("trouble", [NOTHING, *TROUBLES.values()], ids=["nothing", *TROUBLES])
@pytest.mark.parametrize("level", LEVELS.values(), ids=LEVELS.keys())
def test_a_page_of_one_digit_is_not_said_to_hold_more(level, trouble):
    pages = [draw_page(image, 200, 62, level, trouble, seed) for seed, image in enumerate(DIGITS)]
    digits = [find_digit(page) for page, _ in pages]
    assert sum(bool(digit.more) for digit in digits if digit) <= (0 if level.amplitude < 1 else 2)

"""Every kind of noise is what its name says, as strong as promised, and the same bits anywhere."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from denoise.corruption import corrupt
from denoise.seeding import seed_sequence
from denoise.white_noise import GRID, WHITE_NOISE, inner

BLACK, GREY, WHITE = (np.full((400, 28, 28), value, dtype=np.uint8) for value in (0, 102, 255))
ADDED = [name for name in WHITE_NOISE if name != "salt-and-pepper"]


def noise(images, white, amplitude=0.3, sigma=0.0):
    stream = seed_sequence(4, "test")
    noisy, _, _ = corrupt(images, (sigma, sigma), (amplitude, amplitude), stream, white=white)
    return noisy.astype(float) - images / 255


@pytest.mark.parametrize("white", ADDED)
def test_on_white_all_kinds_have_the_deviation_of_uniform_noise(white):
    added = noise(WHITE, white)
    assert added.mean() == pytest.approx(0, abs=2e-3)
    assert added.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.01)
    assert WHITE_NOISE[white].deviation(0.3) == pytest.approx(0.3 / np.sqrt(3))


def test_how_noise_depends_on_the_light_tells_the_kinds_apart():
    for white, black, grey in (
        ("uniform", 1.0, 1.0),
        ("gaussian", 1.0, 1.0),
        ("poisson", 0.0, np.sqrt(0.4)),
        ("speckle", 0.0, 0.4),
    ):
        on_white = noise(WHITE, white).std()
        assert noise(BLACK, white).std() == pytest.approx(black * on_white, rel=0.01), white
        assert noise(GREY, white).std() == pytest.approx(grey * on_white, rel=0.01), white


def test_gaussian_and_speckle_are_normal():
    for white in ("gaussian", "speckle"):
        sample = noise(WHITE, white).ravel()[::17]
        assert stats.kstest(sample / sample.std(), "norm").pvalue > 0.01


def test_poisson_counts_photons():
    photons = 3 / 0.5**2
    counts = (noise(GREY, "poisson", 0.5) + 0.4) * photons
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-4)
    expected = stats.poisson.pmf(np.arange(15), 0.4 * photons)
    found = np.bincount(np.rint(counts).astype(int).ravel(), minlength=15)[:15] / counts.size
    np.testing.assert_allclose(found, expected, atol=3e-3)


def test_salt_and_pepper_replace_the_share_of_pixels_they_say():
    noisy = noise(GREY, "salt-and-pepper") + 0.4
    for value, share in ((0.0, 0.15), (1.0, 0.15), (np.float32(0.4), 0.7)):
        assert np.isclose(noisy, value).mean() == pytest.approx(share, abs=3e-3)
    on_black = np.sqrt(np.mean(noise(BLACK, "salt-and-pepper") ** 2))
    assert WHITE_NOISE["salt-and-pepper"].deviation(0.3) == pytest.approx(on_black, rel=0.01)


@pytest.mark.parametrize("white", WHITE_NOISE)
def test_no_strength_is_no_noise(white):
    np.testing.assert_allclose(noise(GREY, white, amplitude=0.0), 0, atol=1e-7)


@pytest.mark.parametrize("white", WHITE_NOISE)
def test_an_images_noise_does_not_depend_on_the_others(white):
    images = np.random.default_rng(2).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    stream = seed_sequence(5, "test")
    whole, _, _ = corrupt(images, (0, 2), (0.01, 1.0), stream, white=white)
    part, _, _ = corrupt(images[41:50], (0, 2), (0.01, 1.0), stream, 41, white=white)
    np.testing.assert_array_equal(part, whole[41:50])
    assert np.isfinite(whole).all()


@pytest.mark.parametrize("white", WHITE_NOISE)
def test_the_least_and_the_greatest_draw_are_noise_like_any_other(white):
    draws = np.array([0, 2**24 - 1], np.float32).reshape(1, 1, 2) / np.float32(2**24)
    for amplitude in (0.01, 0.3, 1.0):
        images, strength = np.full((1, 1, 2), 0.5, np.float32), np.full((1, 1, 1), amplitude)
        noisy = WHITE_NOISE[white].apply(images, strength.astype(np.float32), draws.copy())
        assert np.isfinite(noisy).all()
        assert noisy[0, 0, 0] < 0.5 < noisy[0, 0, 1]


def test_no_possible_normal_variable_is_near_a_boundary_of_rounding():
    draws = np.arange(2**23) / 2**24  # the other half is the mirror image
    places = ndtri(inner(draws)) * GRID
    distance = np.abs(places - np.floor(places) - 0.5).min()
    last_bit = np.spacing(np.abs(places).max())
    assert distance > 100 * last_bit

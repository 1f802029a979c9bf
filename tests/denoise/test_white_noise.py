"""Every kind of noise is what its name says, as strong as promised, and the same bits anywhere."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from denoise.corruption.corrupt import corrupt
from denoise.corruption.white_noise import GRID, WHITE_NOISE, in_open_interval
from denoise.seeding import seed_sequence

BLACK, GREY, WHITE = (np.full((400, 28, 28), value, dtype=np.uint8) for value in (0, 102, 255))
ADDED = [name for name in WHITE_NOISE if name != "salt-and-pepper"]


def noise(images, kind, amplitude=0.3, sigma=0.0):
    stream = seed_sequence(4, "test")
    noisy, _, _ = corrupt(images, (sigma, sigma), (amplitude, amplitude), stream, kind=kind)
    return noisy.astype(float) - images / 255


@pytest.mark.parametrize("kind", ADDED)
def test_on_white_all_kinds_have_the_deviation_of_uniform_noise(kind):
    added = noise(WHITE, kind)
    assert added.mean() == pytest.approx(0, abs=2e-3)
    assert added.std() == pytest.approx(0.3 / np.sqrt(3), rel=0.01)
    assert WHITE_NOISE[kind].noise_std(0.3) == pytest.approx(0.3 / np.sqrt(3))


def test_how_noise_depends_on_the_light_tells_the_kinds_apart():
    for kind, black, grey in (
        ("uniform", 1.0, 1.0),
        ("gaussian", 1.0, 1.0),
        ("poisson", 0.0, np.sqrt(0.4)),
        ("speckle", 0.0, 0.4),
    ):
        on_white = noise(WHITE, kind).std()
        assert noise(BLACK, kind).std() == pytest.approx(black * on_white, rel=0.01), kind
        assert noise(GREY, kind).std() == pytest.approx(grey * on_white, rel=0.01), kind


def test_gaussian_and_speckle_are_normal():
    for kind in ("gaussian", "speckle"):
        sample = noise(WHITE, kind).ravel()[::17]
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
    assert WHITE_NOISE["salt-and-pepper"].noise_std(0.3) == pytest.approx(on_black, rel=0.01)


@pytest.mark.parametrize("kind", WHITE_NOISE)
@pytest.mark.parametrize("images", [BLACK, GREY, WHITE], ids=["black", "grey", "white"])
def test_mean_and_variance_are_what_the_best_linear_denoiser_is_told(kind, images):
    by_mean, by_variance = WHITE_NOISE[kind].moments(0.3)
    grey = images[0, 0, 0] / 255
    noisy = noise(images, kind) + grey
    assert noisy.mean() == pytest.approx(np.polyval(by_mean[::-1], grey), abs=2e-3)
    assert noisy.var() == pytest.approx(np.polyval(by_variance[::-1], grey), rel=0.02, abs=1e-12)


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_no_strength_is_no_noise(kind):
    np.testing.assert_allclose(noise(GREY, kind, amplitude=0.0), 0, atol=1e-7)


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_an_images_noise_does_not_depend_on_the_others(kind):
    images = np.random.default_rng(2).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    stream = seed_sequence(5, "test")
    whole, _, _ = corrupt(images, (0, 2), (0.01, 1.0), stream, kind=kind)
    part, _, _ = corrupt(images[41:50], (0, 2), (0.01, 1.0), stream, 41, kind=kind)
    np.testing.assert_array_equal(part, whole[41:50])
    assert np.isfinite(whole).all()


@pytest.mark.parametrize("kind", WHITE_NOISE)
def test_the_least_and_the_greatest_draw_are_noise_like_any_other(kind):
    draws = np.array([0, 2**24 - 1], np.float32).reshape(1, 1, 2) / np.float32(2**24)
    for amplitude in (0.01, 0.3, 1.0):
        images, strength = np.full((1, 1, 2), 0.5, np.float32), np.full((1, 1, 1), amplitude)
        noisy = WHITE_NOISE[kind].apply(images, strength.astype(np.float32), draws.copy())
        assert np.isfinite(noisy).all()
        assert noisy[0, 0, 0] < 0.5 < noisy[0, 0, 1]


def test_no_possible_normal_variable_is_near_a_boundary_of_rounding():
    draws = np.arange(2**23) / 2**24  # the other half is the mirror image
    places = ndtri(in_open_interval(draws)) * GRID
    distance = np.abs(places - np.floor(places) - 0.5).min()
    last_bit = np.spacing(np.abs(places).max())
    assert distance > 100 * last_bit

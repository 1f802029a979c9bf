"""The corruption is SciPy's filter plus the noise promised, the same however it is cut up."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from denoise.corruption.corrupt import corrupt, gaussian_blur
from denoise.seeding import seed_sequence

SIZES = st.integers(1, 32)
SIGMAS = st.one_of(
    st.just(0.0),
    st.floats(0.0, 5.0),
    # Where the radius int(4 sigma + 0.5) moves from one integer to the next.
    st.integers(0, 19).map(lambda k: (k + 0.5) / 4),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SIGMAS, min_size=1, max_size=6), SIZES, SIZES, st.integers(0, 2**32 - 1))
def test_blur_is_scipys_gaussian_filter(sigmas, height, width, seed):
    images = np.random.default_rng(seed).random((len(sigmas), height, width))
    expected = [ndimage.gaussian_filter(image, s) for image, s in zip(images, sigmas, strict=True)]
    np.testing.assert_allclose(gaussian_blur(images, np.array(sigmas)), expected, atol=1e-14)


@settings(deadline=None)
@given(SIGMAS, st.floats(0.0, 1.0))
def test_blur_leaves_constant_images_alone(sigma, grey):
    image = np.full((1, 28, 28), grey)
    np.testing.assert_allclose(gaussian_blur(image, np.array([sigma])), image, atol=1e-14)


@pytest.mark.parametrize("pixel", [(0, 0), (0, 27), (27, 0), (27, 27), (0, 13), (13, 27), (1, 1)])
@pytest.mark.parametrize("sigma", [0.1, 0.5, 2.0, 5.0])
def test_blur_reflects_impulses_at_edges_as_scipy_does(pixel, sigma):
    image = np.zeros((1, 28, 28))
    image[0][pixel] = 1.0
    blurred = gaussian_blur(image, np.array([sigma]))
    expected = ndimage.gaussian_filter(image[0], sigma)
    np.testing.assert_allclose(blurred[0], expected, atol=1e-15)
    assert blurred.sum() == pytest.approx(1.0, abs=1e-12)


def test_single_precision_stays_within_what_float16_can_tell():
    rng = np.random.default_rng(1)
    images = rng.random((500, 28, 28)).astype(np.float32)
    sigma = rng.uniform(0.0, 5.0, 500)
    single = gaussian_blur(images, sigma)
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, gaussian_blur(images.astype(float), sigma), atol=1e-6)


def test_an_images_corruption_does_not_depend_on_the_others():
    images = np.random.default_rng(2).integers(0, 256, (300, 28, 28), dtype=np.uint8)
    stream = seed_sequence(5, "test")
    whole = corrupt(images, (0, 2), (0.01, 1.5), stream)
    for first, count in ((0, 1), (7, 13), (299, 1)):
        part = corrupt(images[first : first + count], (0, 2), (0.01, 1.5), stream, first)
        for of_part, of_whole in zip(part, whole, strict=True):
            np.testing.assert_array_equal(of_part, of_whole[first : first + count])


def test_noise_is_uniform_and_white_at_the_amplitude_reported():
    black = np.zeros((2000, 28, 28), dtype=np.uint8)
    noisy, sigma, amplitude = corrupt(black, (0, 2), (0.01, 1.5), seed_sequence(3, "test"))
    unit = noisy.reshape(len(noisy), -1) / amplitude[:, np.newaxis]
    assert -1 <= unit.min() < -0.999
    assert 0.999 < unit.max() <= 1
    assert unit.mean() == pytest.approx(0, abs=3e-3)
    assert unit.std() == pytest.approx(1 / np.sqrt(3), abs=3e-3)
    assert np.mean(unit[:, 1:] * unit[:, :-1]) == pytest.approx(0, abs=3e-3)
    for values, low, high in ((sigma, 0, 2), (amplitude, 0.01, 1.5)):
        assert low <= values.min() < low + 0.02 * (high - low)
        assert high - 0.02 * (high - low) < values.max() <= high


def test_nothing_is_clipped():
    white = np.full((50, 28, 28), 255, dtype=np.uint8)
    noisy, _, _ = corrupt(white, (0, 0), (1.5, 1.5), seed_sequence(3, "test"))
    assert noisy.max() > 2.4
    assert noisy.min() < -0.4


def test_these_bytes_are_the_same_on_every_machine():
    images = np.arange(3 * 28 * 28, dtype=np.uint64).reshape(3, 28, 28) * 2654435761 % 251
    noisy, sigma, amplitude = corrupt(
        images.astype(np.uint8), (0, 5), (0.01, 1.5), seed_sequence(2019, "generate/copy-0")
    )
    assert sigma.tolist() == [0.471364, 3.548588, 1.227836]
    assert amplitude.tolist() == [1.053917, 0.950539, 1.393685]
    assert hashlib.sha256(noisy.tobytes()).hexdigest() == (
        "f108b90a241ce2de8a5c269c6dae00eb22fb226e2c8f14c52743fa054925308b"
    )

"""Each kind of damage does what its name says, and more of it when stronger."""

import numpy as np
import pytest

from denoise.analysis.robustness import CORRUPTIONS
from denoise.datasets.sklearn_digits import find_digits

IMAGES = find_digits()["test_images"][:50] / 255.0
KINDS = {kind.name: kind for kind in CORRUPTIONS}


def corrupt(name, strength):
    return KINDS[name].apply(IMAGES, strength, np.random.default_rng(1))


@pytest.mark.parametrize("name", KINDS)
def test_stronger_is_worse_and_repeats(name):
    before = IMAGES.copy()
    errors = [np.mean((corrupt(name, s) - IMAGES) ** 2) for s in KINDS[name].strengths]
    assert 0 < errors[0] < errors[1] < errors[2]
    np.testing.assert_array_equal(IMAGES, before)
    np.testing.assert_array_equal(corrupt(name, 1.0), corrupt(name, 1.0))


def test_the_noise_has_the_strength_it_says():
    assert (corrupt("gaussian noise", 0.5) - IMAGES).std() == pytest.approx(0.5, rel=0.02)
    uniform = corrupt("noise alone", 0.5) - IMAGES
    assert np.abs(uniform).max() == pytest.approx(0.5, rel=0.01)
    changed = ~np.isclose(corrupt("salt and pepper", 0.3), IMAGES)
    # Half of the hits are black, and so are most pixels already.
    assert 0.15 < changed.mean() < 0.3
    assert (corrupt("speckle", 1.0)[IMAGES == 0] == 0).all()


def test_a_removed_stroke_is_a_straight_black_band():
    removed = corrupt("stroke removed", 4.0)
    assert (removed <= IMAGES).all()
    lost = (removed < IMAGES).sum(axis=(1, 2))
    assert (lost > 0).all()
    for image, original in zip(removed, IMAGES, strict=True):
        rows, columns = np.nonzero(image < original)
        points = np.stack([rows - rows.mean(), columns - columns.mean()])
        thin, _ = np.linalg.eigvalsh(points @ points.T / len(rows))
        assert np.sqrt(thin) < 4.0 / np.sqrt(12) + 1  # a band's own deviation, and pixels' size

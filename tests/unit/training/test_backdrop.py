"""Backgrounds: pictures within range, the same for the same seed."""

import numpy as np
import pytest

from poseapp.training.render.backdrop import clutter, noise, of_photograph, open_air, random_backdrop, room


@pytest.mark.parametrize("make", [room, open_air, clutter])
def test_backgrounds_fill_the_picture(make) -> None:
    image = make((40, 60), np.random.default_rng(2))
    assert image.shape == (40, 60, 3)
    assert image.dtype == np.float32
    assert np.isfinite(image).all()
    assert image.std() > 0.01


def test_a_random_background_is_a_function_of_its_seed() -> None:
    first, again = (random_backdrop((32, 48), np.random.default_rng(9)) for _ in range(2))
    assert np.array_equal(first, again)
    assert first.min() >= 0
    assert first.max() <= 1


def test_noise_has_zero_mean_and_unit_spread() -> None:
    field = noise((64, 64), 8, np.random.default_rng(0))
    assert abs(field.mean()) < 1e-4
    assert field.std() == pytest.approx(1, abs=1e-3)


def test_a_photograph_keeps_its_colours() -> None:
    photo = np.full((50, 70, 3), (255, 0, 51), np.uint8)
    assert np.allclose(of_photograph(photo, (20, 20), np.random.default_rng(0)), (1, 0, 0.2), atol=0.01)

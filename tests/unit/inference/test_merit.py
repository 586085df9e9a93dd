"""How much of a person keypoints show, and the crop that they ask for."""

from __future__ import annotations

import numpy as np

from fixtures.dots import DOTS
from poseapp.core.geometry import Box
from poseapp.core.types import ModelSpec
from poseapp.inference.merit import compute_merit, crop_around


def test_merit_is_the_mean_of_the_surest_three_quarters() -> None:
    score = np.array([[0.8, 0.6, 0.4, 0.0], [np.nan, 0.3, np.nan, 0.6]], np.float32)
    np.testing.assert_allclose(compute_merit(score), [0.6, 0.3], rtol=1e-6)


def test_crop_is_placed_about_present_keypoints_only() -> None:
    xy = np.array([[10, 10], [30, 50], [400, 400], [np.nan, np.nan]], np.float32)
    peak = np.array([0.9, 0.5, 0.05, np.nan], np.float32)
    assert crop_around(xy, peak, spec_of(64, 64)) == Box(-10.0, 0.0, 60.0, 60.0)
    assert crop_around(xy, np.array([0.9, 0.0, 0.0, np.nan], np.float32), spec_of(64, 64)) is None


def test_crop_has_the_shape_of_the_input() -> None:
    # 20 x 40 px, of the shape 4 : 3 grown by 1.5: 60 high and 45 wide; lying down, 60 wide and 80 high
    upright = np.array([[10, 10], [30, 50]], np.float32)
    peak = np.ones(2, np.float32)
    assert crop_around(upright, peak, spec_of(256, 192)) == Box(-2.5, 0.0, 45.0, 60.0)
    assert crop_around(upright[:, ::-1], peak, spec_of(256, 192)) == Box(0.0, -20.0, 60.0, 80.0)


def spec_of(height: int, width: int) -> ModelSpec:
    return ModelSpec(
        name="t", title="t", architecture="t", skeleton=DOTS, input_size=(height, width), mean=(0, 0, 0), std=(1, 1, 1),
        source="", licence="", crop_factor=1.5,
    )  # fmt: skip

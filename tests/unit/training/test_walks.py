"""Cutting a walker out of a room."""

import numpy as np

from poseapp.training.render.walks import cut_out, random_walker


def test_cut_out_keeps_pixels_and_keypoints_together() -> None:
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 255, (120, 200, 3), np.uint8)
    points = np.array([[100.0, 30.0], [120.0, 90.0]])
    part, moved = cut_out(frame, points)
    for (x, y), (u, v) in zip(points.astype(int), moved.astype(int), strict=True):
        assert np.array_equal(frame[y, x], part[v, u])
    # 60 px high x 1.9, cut at the upper and lower edge of the picture
    assert part.shape[0] >= 110
    assert 110 <= part.shape[1] <= 118


def test_walkers_differ() -> None:
    rng = np.random.default_rng(0)
    assert random_walker(rng).size != random_walker(rng).size

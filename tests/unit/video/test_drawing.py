"""Poses drawn into pictures, and hidden heads."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.core.side_colors import side_rgb
from poseapp.core.skeleton import load_skeleton
from poseapp.video.drawing import draw_pose, hide_everything, hide_head, mosaic

BODY = load_skeleton("body21")


def only(**points: tuple[float, float]) -> np.ndarray:
    xy = np.full((BODY.n_keypoints, 2), np.nan)
    for name, at in points.items():
        xy[BODY.index(name)] = at
    return xy


def draw(xy: np.ndarray, score: float = 0.9, size: int = 540) -> np.ndarray:
    picture = np.full((size, size, 3), 90, np.uint8)
    draw_pose(picture, xy, BODY, np.full(BODY.n_keypoints, score))
    return picture


@pytest.mark.parametrize("at", [(100.0, 200.0), (100.5, 200.0), (311.25, 77.75)])
def test_a_keypoint_lies_where_it_is_to_a_fraction_of_a_pixel(at: tuple[float, float]) -> None:
    picture = draw(only(right_knee=at)).astype(float)
    weight = np.abs(picture - 90).sum(axis=2)
    rows, columns = np.mgrid[0:540, 0:540]
    found = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
    assert found == pytest.approx(at, abs=0.1)


def test_right_is_solid_and_left_is_dashed_each_in_its_colour() -> None:
    picture = draw(only(right_knee=(100, 50), right_ankle=(100, 450), left_knee=(300, 50), left_ankle=(300, 450)))
    right, left = picture[80:420, 100], picture[80:420, 300]
    assert (right == side_rgb("right")).all()
    is_ink = (left == side_rgb("left")).all(axis=1)
    assert 0.4 < is_ink.mean() < 0.8
    assert np.count_nonzero(np.diff(is_ink.astype(int)) == 1) >= 10  # dashes


def test_what_is_missing_is_not_drawn_and_what_is_unsure_is_hollow() -> None:
    assert (draw(np.full((BODY.n_keypoints, 2), np.nan)) == 90).all()
    assert tuple(draw(only(right_knee=(100, 100)))[100, 100]) == side_rgb("right")
    assert tuple(draw(only(right_knee=(100, 100)), score=0.2)[100, 100]) != side_rgb("right")
    assert tuple(draw(only(right_knee=(100, 100)), score=np.nan)[100, 100]) == side_rgb("right")


def test_far_outside_of_the_picture_nothing_breaks() -> None:
    draw(only(right_knee=(1e9, -1e9), right_ankle=(100, 100)))


def test_a_hidden_head_keeps_nothing_finer_than_its_blocks() -> None:
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (200, 200, 3), dtype=np.uint8)
    before = picture.copy()
    hide_head(picture, np.array([100.0, 80.0, 40.0]))
    rows, columns = np.mgrid[0:200, 0:200]
    inside = (columns - 100) ** 2 + (rows - 80) ** 2 <= 40**2
    assert (picture[~inside] == before[~inside]).all()
    assert len(np.unique(picture[inside], axis=0)) <= 36  # of 5000 pixels that were all different
    assert np.abs(picture[inside].astype(int) - 127).max() < 40


def test_a_head_at_the_border_or_outside_or_unknown() -> None:
    picture = np.arange(100 * 100 * 3, dtype=np.uint32).reshape(100, 100, 3).astype(np.uint8)
    for circle in ([0.0, 0.0, 20.0], [99.0, 99.0, 300.0]):
        changed = picture.copy()
        hide_head(changed, np.array(circle))
        assert (changed != picture).any()
    for circle in ([-50.0, 0.0, 20.0], [np.nan, np.nan, np.nan]):
        same = picture.copy()
        hide_head(same, np.array(circle))
        assert (same == picture).all()


def test_everything_can_be_hidden() -> None:
    rng = np.random.default_rng(1)
    hidden = hide_everything(rng.integers(0, 256, (90, 160, 3), dtype=np.uint8))
    assert hidden.shape == (90, 160, 3)
    assert len(np.unique(hidden.reshape(-1, 3), axis=0)) <= 16 * 9


def test_a_mosaic_is_made_of_means() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:2, :2] = [[[0] * 3, [100] * 3], [[100] * 3, [200] * 3]]
    assert (mosaic(picture, 2)[:2, :2] == 100).all()

"""Circles that hide faces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.heads import find_heads

BODY = load_skeleton("body21")
TIME = np.arange(60) / 10
FACE = [BODY.index(name) for name in ("nose", "left_ear", "right_ear", "head_top")]


def standing(n: int = 60) -> np.ndarray:
    """A person of 170 px: trunk 50 px from the neck at y = 30, face between y = 0 and 25; walks 2 px a frame."""
    xy = np.full((n, BODY.n_keypoints, 2), np.nan)
    for name, (x, y) in {
        "head_top": (100, 0), "nose": (108, 14), "left_ear": (98, 13), "right_ear": (99, 13), "neck": (100, 30),
        "left_shoulder": (100, 32), "right_shoulder": (100, 32), "left_hip": (100, 80), "right_hip": (100, 80),
    }.items():  # fmt: skip
        xy[:, BODY.index(name)] = x, y
    xy[..., 0] += 2 * np.arange(n)[:, None]
    return xy


def test_a_circle_holds_the_whole_head_with_a_margin() -> None:
    x, y, radius = find_heads(standing(), BODY, TIME, 640)[0]
    for px, py in ((100, 0), (112, 14), (90, 14), (104, 26)):  # top, tip of the nose, back of the head, chin
        assert np.hypot(px - x, py - y) < radius
    assert radius < 50  # and not half of the picture


def test_a_face_that_is_lost_is_guessed_from_neck_and_hips_also_upside_down() -> None:
    xy = standing()
    xy[:, FACE] = np.nan
    x, y, radius = find_heads(xy, BODY, TIME, 640)[0]
    assert np.hypot(104 - x, 13 - y) < radius / 2
    turned = xy * [1, -1]
    assert find_heads(turned, BODY, TIME, 640)[0] == pytest.approx([x, -y, radius])


def test_a_lost_person_is_followed_through_the_gap() -> None:
    xy = standing()
    truth = find_heads(xy, BODY, TIME, 640)
    xy[20:35] = np.nan
    found = find_heads(xy, BODY, TIME, 640)
    assert np.isfinite(found).all()
    assert np.linalg.norm(found[20:35, :2] - truth[20:35, :2], axis=1).max() < 1e-6  # an even walk
    assert (found[20:35, 2] > truth[20:35, 2]).all()


def test_nobody_pretends_to_know_where_a_head_is_seconds_later() -> None:
    xy = standing()
    xy[:15], xy[20:50] = np.nan, np.nan
    known = np.isfinite(find_heads(xy, BODY, TIME, 640)[:, 0])
    assert known.tolist() == [False] * 5 + [True] * 25 + [False] * 10 + [True] * 20


def test_a_clip_without_anybody_has_no_circle() -> None:
    assert np.isnan(find_heads(np.full((4, BODY.n_keypoints, 2), np.nan), BODY, TIME[:4], 640)).all()


@given(st.integers(0, 2**32 - 1))
def test_whatever_keypoints_are_missing_the_visible_ones_of_the_head_are_hidden(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = standing()
    xy[rng.random(xy.shape[:2]) < rng.random()] = np.nan
    circles = find_heads(xy, BODY, TIME, 640)
    seen = xy[:, FACE]
    distance = np.linalg.norm(seen - circles[:, None, :2], axis=2)
    assert (distance[np.isfinite(seen[..., 0])] < circles[np.nonzero(np.isfinite(seen[..., 0]))[0], 2]).all()

"""The size of a body in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import pose, upright
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.body import body_parts, bone_lengths, column_quantile, limb_bones, measure_body

BODY = load_skeleton("body18")


def test_every_keypoint_is_in_one_part() -> None:
    parts = body_parts(BODY)
    assert [part.name for part in parts] == ["right arm", "left arm", "right leg", "left leg", "body"]
    assert sorted(k for part in parts for k in part.keypoints) == list(range(18))
    assert {BODY.keypoints[k] for k in parts[-1].keypoints} == {"head_top", "neck"}


def test_bones_inside_limbs_and_their_lengths() -> None:
    named = {(BODY.keypoints[a], BODY.keypoints[b]) for a, b in limb_bones(BODY)}
    assert ("right_hip", "right_knee") in named
    assert not {("neck", "right_shoulder"), ("right_hip", "left_hip")} & named
    xy = np.array([[[0, 0], [3, 4]], [[0, 0], [np.nan, 4]]], dtype=float)
    assert bone_lengths(xy, ((0, 1),)) == pytest.approx(np.array([[5.0], [np.nan]]), nan_ok=True)


def test_the_unit_is_the_trunk_and_follows_a_slow_zoom() -> None:
    still = np.repeat(pose(upright(), BODY)[None], 320, axis=0)
    body = measure_body(still, BODY)
    assert body.unit == pytest.approx(130)  # shoulders at y = 70, hips at 200
    assert body.breadth == pytest.approx(0)
    nearer = measure_body(still * np.linspace(1, 3, 320)[:, None, None], BODY)
    assert nearer.unit[[16, 160, 304]] == pytest.approx(130 * np.array([1.1, 2.0, 2.9]), rel=0.03)


def test_one_bad_frame_does_not_change_the_unit() -> None:
    xy = np.repeat(pose(upright(), BODY)[None], 64, axis=0)
    xy[20] *= 5
    assert measure_body(xy, BODY).unit == pytest.approx(130)


def test_without_shoulders_the_body_extent_is_the_measure() -> None:
    xy = np.repeat(pose(upright(), BODY)[None], 10, axis=0)
    xy[:, [BODY.index("right_shoulder"), BODY.index("left_shoulder")]] = np.nan
    assert measure_body(xy, BODY).unit == pytest.approx(0.288 * 350)  # crown at 20, soles at 370


def test_quantiles_leave_out_what_is_missing() -> None:
    values = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, np.nan]])
    assert column_quantile(values, 0.5) == pytest.approx(np.array([2.0, np.nan]), nan_ok=True)

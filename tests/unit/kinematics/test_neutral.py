"""The posture of a static stretch reads zero, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.figure import SHANK, pose, swing, track_of, upright, walk
from poseapp.core.analysis import NeutralPose
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.neutral import most_movement, take_neutral, with_neutral

BODY = load_skeleton("body18")
TIME = np.arange(120) / 30


def stands_bent(degrees: float = 8.0) -> np.ndarray:
    """Return (120, K, 2): stands with both knees bent for 1 s, and bends them to 60 degrees after that."""
    still = pose(swing(upright(), "knee", SHANK, -degrees), BODY)
    bent = pose(swing(upright(), "knee", SHANK, -60), BODY)
    return np.concatenate([np.tile(still, (60, 1, 1)), np.tile(bent, (60, 1, 1))])


def test_the_static_stretch_becomes_zero_by_hand() -> None:
    plain = measure_person(track_of(stands_bent()), TIME, BODY)
    neutral = take_neutral(plain.angles, 0, 0, 30)
    offsets = dict(neutral.offsets)
    assert offsets["right_knee_flexion"] == pytest.approx(8.0, abs=0.01)
    assert "right_shank_segment" not in offsets  # against the picture, which has a zero already
    measures = measure_person(track_of(stands_bent()), TIME, BODY, neutral=neutral)
    knee, shank = (plain.angles.column(name) for name in ("right_knee_flexion", "right_shank_segment"))
    assert measures.angles.values[[10, 110], knee] == pytest.approx([0.0, 52.0], abs=0.05)
    assert measures.angles.values[10, shank] == pytest.approx(-98.0, abs=0.01)
    assert measures.angles.neutral[knee] == offsets["right_knee_flexion"]
    np.testing.assert_array_equal(measures.angles.raw, plain.angles.raw)  # raw is kept
    np.testing.assert_array_equal(measures.angles.velocity, plain.angles.velocity)


def test_taking_it_again_while_it_is_on_gives_the_same() -> None:
    plain = measure_person(track_of(stands_bent()), TIME, BODY)
    neutral = take_neutral(plain.angles, 0, 0, 30)
    again = take_neutral(with_neutral(plain.angles, neutral), 0, 0, 30)
    assert dict(again.offsets) == pytest.approx(dict(neutral.offsets), abs=1e-3)
    off = with_neutral(with_neutral(plain.angles, neutral), replace(neutral, offsets=()))
    np.testing.assert_allclose(off.values, plain.angles.values, atol=1e-9)


def test_values_stay_on_the_circle() -> None:
    plain = measure_person(track_of(stands_bent()), TIME, BODY).angles
    values = np.array(plain.values)
    arm = plain.column("right_shoulder_flexion")
    values[:, arm] = [170.0] * 60 + [-170.0] * 60
    turned = with_neutral(replace(plain, values=values), NeutralPose(0, 0, 30, (("right_shoulder_flexion", -20.0),)))
    assert turned.values[[0, 119], arm] == pytest.approx([-170.0, -150.0])


def test_a_mean_is_taken_on_the_circle() -> None:
    plain = measure_person(track_of(stands_bent()), TIME, BODY).angles
    values = np.array(plain.values)
    arm = plain.column("right_shoulder_flexion")
    values[:, arm] = np.tile([178.0, -178.0], 60)
    offsets = dict(take_neutral(replace(plain, values=values), 0, 0, 60).offsets)
    assert abs(offsets["right_shoulder_flexion"]) == pytest.approx(180.0)


def test_a_stretch_without_anybody_is_refused() -> None:
    nobody = measure_person(track_of(np.full((120, 18, 2), np.nan)), TIME, BODY)
    with pytest.raises(BadInputError, match="no joint angle"):
        take_neutral(nobody.angles, 0, 0, 30)


def test_movement_in_the_stretch_is_found() -> None:
    assert most_movement(measure_person(track_of(stands_bent()), TIME, BODY).angles, 5, 50)[1] < 0.1
    title, degrees = most_movement(measure_person(track_of(walk(BODY, TIME)), TIME, BODY).angles, 0, 120)
    assert "flexion" in title
    assert degrees > 10

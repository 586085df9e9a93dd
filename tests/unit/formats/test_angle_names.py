"""Which angle of ours a column of a motion file is, and which way is positive."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_angles
from poseapp.formats.angle_names import _table, curves_of
from poseapp.formats.mot import Motion

OURS = [angle.name for angle in load_angles()]


def motion(**columns: list[float]) -> Motion:
    values = np.array(list(columns.values()), np.float64).T
    return Motion(tuple(columns), np.arange(len(values)) * 0.1, values)


def found(of: Motion) -> dict[str, tuple[str, list[float]]]:
    return {curve.angle: (curve.source, curve.values.tolist()) for curve in curves_of(of, OURS)[0]}


def test_a_knee_that_bends_to_negative_is_turned_round_on_both_sides() -> None:
    gait2392 = motion(knee_angle_r=[-5.0, -60], knee_angle_l=[4.0, -3])  # the left one alone would not tell
    assert found(gait2392) == {
        "right_knee_flexion": ("-knee_angle_r", [5.0, 60]),
        "left_knee_flexion": ("-knee_angle_l", [-4.0, 3]),
    }
    rajagopal = motion(knee_angle_r=[5.0, 60], knee_angle_l=[-4.0, 3])
    assert found(rajagopal)["left_knee_flexion"] == ("knee_angle_l", [-4.0, 3])


def test_a_straight_knee_does_not_tell_and_that_is_said() -> None:
    curves, notes = curves_of(motion(knee_angle_r=[-4.0, -5]), OURS)
    assert curves[0].source == "knee_angle_r"
    told = "Nothing in knee_angle_r reaches 15°, so which way is flexion cannot be told: positive was taken for it."
    assert notes == (told,)


def test_the_hip_is_brought_from_the_pelvis_to_the_trunk() -> None:
    # Trunk upright over a pelvis tilted 10 forward: the lumbar spine extends by 10, and a thigh that hangs straight
    # down is flexed by 10 against the pelvis and by nothing against the trunk.
    tilted = motion(pelvis_tilt=[-10.0], hip_flexion_l=[10.0], lumbar_extension=[10.0])
    assert found(tilted) == {"left_hip_flexion": ("hip_flexion_l - lumbar_extension", [0.0])}
    curves, notes = curves_of(motion(hip_flexion_l=[10.0]), OURS)
    assert curves[0].values.tolist() == [10.0]
    assert "hip_flexion_l is measured against the pelvis, and poseapp's against the trunk" in notes[0]


def test_names_of_sports2d_and_of_ours() -> None:
    names = motion(**{"Right Ankle": [1.0], "left thigh": [-90.0], "trunk": [80.0], "neck_flexion": [3.0]})
    assert found(names) == {
        "right_ankle_dorsiflexion": ("Right Ankle", [1.0]),
        "left_thigh_segment": ("left thigh", [-90.0]),
        "trunk_segment": ("trunk", [80.0]),
        "neck_flexion": ("neck_flexion", [3.0]),
    }
    knees = motion(**{"right knee": [-60.0]})  # Sports2D has one direction: a mirrored person stays one
    assert found(knees)["right_knee_flexion"] == ("right knee", [-60.0])


def test_what_is_not_known_or_not_of_use_is_left_out() -> None:
    assert found(motion(pelvis_list=[1.0], subtalar_angle_r=[2.0], **{"left wrist": [3.0]})) == {}
    assert curves_of(motion(ankle_angle_r=[1.0]), ["left_knee_flexion"])[0] == ()


def test_two_columns_for_one_angle_are_refused() -> None:
    both = motion(elbow_flex_r=[1.0], **{"right elbow": [2.0]})
    with pytest.raises(
        BadInputError, match=r"two of its columns are right_elbow_flexion \(elbow_flex_r, right elbow\)"
    ):
        curves_of(both, OURS)


def test_every_rule_of_the_table_leads_to_an_angle_of_ours() -> None:
    assert {rule.angle for rule in _table().values()} <= set(OURS)
    assert all(name == name.lower() for name in _table())
    assert len(_table()) == 2 * 11 + 3 + 2 * 7  # both sides of Sports2D's, those without two sides, OpenSim's

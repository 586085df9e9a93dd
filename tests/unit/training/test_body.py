"""The articulated body: lengths, joint angles and sides by hand."""

from dataclasses import replace

import numpy as np
import pytest

from poseapp.core.skeleton import load_skeleton
from poseapp.training.render.body import Pose, Proportions, X, Y, Z, assemble, keypoints_3d, rotation

SIZE = Proportions(stature=1.8)
NAMES = load_skeleton("body18").keypoints


def points(pose: Pose) -> dict[str, np.ndarray]:
    return dict(zip(NAMES, keypoints_3d(assemble(SIZE, pose), SIZE), strict=True))


def test_rotation_is_right_handed() -> None:
    assert np.allclose(rotation(Z, 90) @ X, Y)
    assert np.allclose(rotation(Y, 90) @ Z, X)
    assert np.allclose(rotation(X, 90) @ Y, Z)


def test_standing_upright() -> None:
    at = points(Pose())
    # Right hip 0.052 x 1.8 m to the person's right, which is towards the viewer for a body facing picture right.
    assert np.allclose(at["right_hip"], (0, 0, 0.0936))
    assert np.allclose(at["right_knee"] - at["right_hip"], (0, -0.245 * 1.8, 0))
    assert np.allclose(at["left_ankle"], (0, -(0.245 + 0.246) * 1.8, -0.0936))
    assert at["right_big_toe"][0] > at["right_ankle"][0] > at["right_heel"][0]


def test_flexion_of_every_joint_moves_the_right_way() -> None:
    hip = replace(Pose(), hip=np.array([[90.0, 0, 0], [0, 0, 0]]))
    assert np.allclose(points(hip)["right_knee"] - points(hip)["right_hip"], (0.441, 0, 0))
    knee = points(replace(Pose(), knee=np.array([90.0, 0])))
    assert knee["right_ankle"][0] == pytest.approx(knee["right_knee"][0] - 0.246 * 1.8)
    elbow = points(replace(Pose(), elbow=np.array([0, 90.0])))
    assert elbow["left_wrist"][0] == pytest.approx(elbow["left_elbow"][0] + 0.146 * 1.8)
    toes = points(replace(Pose(), ankle=np.array([20.0, -20.0])))
    assert toes["right_big_toe"][1] > toes["left_big_toe"][1]
    lean = points(replace(Pose(), spine=np.array([30.0, 0, 0])))
    assert lean["neck"][0] > 0.1


def test_abduction_moves_each_arm_away_from_the_body() -> None:
    at = points(replace(Pose(), shoulder=np.array([[0, 60.0, 0], [0, 60.0, 0]])))
    assert at["right_elbow"][2] > at["right_shoulder"][2] + 0.2
    assert at["left_elbow"][2] < at["left_shoulder"][2] - 0.2


def test_bones_keep_their_length_in_any_pose() -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        pose = Pose(hip=rng.uniform(-40, 90, (2, 3)), knee=rng.uniform(0, 130, 2), orientation=rotation(Y, 50))
        at = points(pose)
        assert np.linalg.norm(at["left_knee"] - at["left_hip"]) == pytest.approx(0.245 * 1.8)
        assert np.linalg.norm(at["right_knee"] - at["right_ankle"]) == pytest.approx(0.246 * 1.8)

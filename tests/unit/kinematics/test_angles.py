"""Angles against values worked out by hand, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.figure import ARM, FOOT, LEG, SHANK, UPPER_BODY, mirrored, pose, swing, upright
from poseapp.core.circle import wrap_degrees
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.angles import (
    compute_angle_sigma,
    compute_angles,
    periods_of,
)

BODY = load_skeleton("body18")
SAGITTAL = [i for i, angle in enumerate(BODY.angles) if angle.plane == "sagittal"]
NAMES = [BODY.angles[i].name for i in SAGITTAL]
JOINTS = [i for i in SAGITTAL if BODY.angles[i].kind == "joint"]


def nod(degrees: float) -> dict[str, tuple[float, float]]:
    """Return the upright figure with the head tipped forward, by `degrees` about the neck."""
    points, far = upright(), np.radians(degrees)
    (x, y), (_, top) = points["neck"], points["head_top"]
    return points | {"head_top": (x + (y - top) * np.sin(far), y - (y - top) * np.cos(far))}


# Degrees, both sides. What a pose does not name is as upright.
UPRIGHT = {
    "knee_flexion": 0,
    "hip_flexion": 0,
    "ankle_dorsiflexion": 0,
    "shoulder_flexion": 0,
    "elbow_flexion": 0,
    "trunk_segment": 90,
    "head_segment": 90,
    "thigh_segment": -90,
    "shank_segment": -90,
    "foot_segment": 0,
    "arm_segment": -90,
    "forearm_segment": -90,
    "neck_flexion": 0,
}
POSES = {
    "upright": (upright(), {}),
    "knee bent 60": (
        swing(upright(), "knee", SHANK, -60),
        {"knee_flexion": 60, "shank_segment": -150, "foot_segment": -60},
    ),
    "hip flexed 40": (
        swing(upright(), "hip", LEG, 40),
        {"hip_flexion": 40, "thigh_segment": -50, "shank_segment": -50, "foot_segment": 40},
    ),
    "hip extended 10": (
        swing(upright(), "hip", LEG, -10),
        {"hip_flexion": -10, "thigh_segment": -100, "shank_segment": -100, "foot_segment": -10},
    ),
    "ankle dorsiflexed 15": (
        swing(upright(), "ankle", FOOT, 15),
        {"ankle_dorsiflexion": 15, "foot_segment": 15},
    ),
    "ankle plantarflexed 30": (
        swing(upright(), "ankle", FOOT, -30),
        {"ankle_dorsiflexion": -30, "foot_segment": -30},
    ),
    "arm forward": (
        swing(upright(), "shoulder", ARM, 90),
        {"shoulder_flexion": 90, "arm_segment": 0, "forearm_segment": 0},
    ),
    "arm overhead": (
        swing(upright(), "shoulder", ARM, 180),
        {"shoulder_flexion": 180, "arm_segment": 90, "forearm_segment": 90},
    ),
    "arm back 30": (
        swing(upright(), "shoulder", ARM, -30),
        {"shoulder_flexion": -30, "arm_segment": -120, "forearm_segment": -120},
    ),
    "elbow bent 90": (
        swing(upright(), "elbow", ("wrist",), 90),
        {"elbow_flexion": 90, "forearm_segment": 0},
    ),
    "trunk leans 20": (
        swing(upright(), "hip", UPPER_BODY, -20),
        {
            "trunk_segment": 70,
            "head_segment": 70,
            "hip_flexion": 20,
            "arm_segment": -110,
            "forearm_segment": -110,
        },
    ),
    "head nods 30": (
        nod(30),
        {"neck_flexion": 30, "head_segment": 60},
    ),
    "seated": (
        swing(swing(upright(), "hip", LEG, 90), "knee", SHANK, -90),
        {"hip_flexion": 90, "knee_flexion": 90, "thigh_segment": 0},
    ),
}


def expected(changes: dict[str, float]) -> np.ndarray:
    values = UPRIGHT | changes
    return np.array([values[name.removeprefix("right_").removeprefix("left_")] for name in NAMES], dtype=float)


def names_missing(values: np.ndarray) -> set[str]:
    return {NAMES[i] for i in np.flatnonzero(np.isnan(values[SAGITTAL]))}


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """Return the largest distance on the circle, degrees; NaN only where both are."""
    np.testing.assert_array_equal(np.isnan(a), np.isnan(b))
    return float(np.nanmax(np.abs(wrap_degrees(a - b, 360.0))))


def test_every_angle_has_a_reference_value() -> None:
    assert len(NAMES) == 23
    assert {name.removeprefix("right_").removeprefix("left_") for name in NAMES} == set(UPRIGHT)


@pytest.mark.parametrize("name", POSES)
def test_pose_gives_the_reference_values(name: str) -> None:
    points, changes = POSES[name]
    angles = compute_angles(pose(points, BODY)[None], BODY, np.array([1]))
    assert apart(angles[0, SAGITTAL], expected(changes)) < 1e-9


@pytest.mark.parametrize("name", POSES)
def test_mirrored_pose_facing_left_gives_the_same(name: str) -> None:
    points, changes = POSES[name]
    angles = compute_angles(mirrored(pose(points, BODY))[None], BODY, np.array([-1]))
    assert apart(angles[0, SAGITTAL], expected(changes)) < 1e-9


def test_wrong_facing_shows_as_a_negative_knee_and_is_not_hidden() -> None:
    xy = mirrored(pose(POSES["knee bent 60"][0], BODY))[None]
    angles = compute_angles(xy, BODY, np.array([1]))[0]
    wrong = {name: angles[NAMES.index(f"right_{name}")] for name in ("knee_flexion", "shank_segment")}
    assert wrong["knee_flexion"] == pytest.approx(-60)
    assert wrong["shank_segment"] == pytest.approx(-30)


def test_facing_is_taken_frame_by_frame() -> None:
    right = pose(POSES["knee bent 60"][0], BODY)
    xy = np.stack([right, mirrored(right)])
    angles = compute_angles(xy, BODY, np.array([1, -1]))
    assert angles[:, NAMES.index("left_knee_flexion")] == pytest.approx([60, 60])


def test_sides_are_measured_apart() -> None:
    points = upright() | {
        name: xy for name, xy in swing(upright(), "knee", SHANK, -60).items() if name.startswith("left")
    }
    angles = compute_angles(pose(points, BODY)[None], BODY, np.array([1]))[0]
    assert angles[NAMES.index("left_knee_flexion")] == pytest.approx(60)
    assert angles[NAMES.index("right_knee_flexion")] == pytest.approx(0)


def test_missing_keypoint_leaves_out_the_angles_that_need_it() -> None:
    xy = pose(upright(), BODY)[None].copy()
    xy[0, BODY.index("right_knee")] = np.nan
    assert names_missing(compute_angles(xy, BODY, np.array([1]))[0]) == {
        "right_knee_flexion",
        "right_hip_flexion",
        "right_ankle_dorsiflexion",
        "right_thigh_segment",
        "right_shank_segment",
    }


def test_missing_hip_takes_the_mid_hip_along() -> None:
    xy = pose(upright(), BODY)[None].copy()
    xy[0, BODY.index("left_hip")] = np.nan
    angles = compute_angles(xy, BODY, np.array([1]))[0]
    for name in ("trunk_segment", "right_hip_flexion", "right_shoulder_flexion", "left_knee_flexion"):
        assert np.isnan(angles[NAMES.index(name)])
    assert angles[NAMES.index("right_knee_flexion")] == pytest.approx(0)


def test_segment_without_length_has_no_angle() -> None:
    xy = pose(upright(), BODY)[None].copy()
    xy[0, BODY.index("right_ankle")] = xy[0, BODY.index("right_knee")]
    angles = compute_angles(xy, BODY, np.array([1]))[0]
    sigma = compute_angle_sigma(xy, np.ones((1, 18, 3)) * (1, 0, 1), BODY)[0]
    for name in ("right_knee_flexion", "right_shank_segment", "right_ankle_dorsiflexion"):
        assert np.isnan(angles[NAMES.index(name)])
        assert np.isnan(sigma[NAMES.index(name)])
    assert angles[NAMES.index("right_thigh_segment")] == pytest.approx(-90)


def test_mpii_has_no_feet_and_no_foot_angles() -> None:
    mpii = load_skeleton("mpii16")
    angles = compute_angles(pose(upright(), mpii)[None], mpii, np.array([1]))
    names = [angle.name for angle in mpii.angles]
    assert angles.shape == (1, 26)
    assert not any("ankle_dors" in name or "foot" in name for name in names)
    assert angles[0, names.index("trunk_segment")] == pytest.approx(90)


def test_no_frames() -> None:
    assert compute_angles(np.empty((0, 18, 2)), BODY, np.empty(0)).shape == (0, 32)


def random_pose(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 500, (1, 18, 2))


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    turn=st.floats(-180, 180),
    scale=st.floats(0.1, 10),
    shift=st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)),
)
def test_moving_the_picture_leaves_joint_angles(
    seed: int, turn: float, scale: float, shift: tuple[float, float]
) -> None:
    xy = random_pose(seed)
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    moved = scale * xy @ np.array([[c, -s], [s, c]]) + shift
    before, after = (compute_angles(p, BODY, np.array([1]))[0, JOINTS] for p in (xy, moved))
    assert apart(before, after) < 1e-6


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_mirroring_picture_and_facing_leaves_every_angle(seed: int) -> None:
    xy = random_pose(seed)
    before = compute_angles(xy, BODY, np.array([1]))[:, SAGITTAL]
    assert apart(compute_angles(mirrored(xy), BODY, np.array([-1]))[:, SAGITTAL], before) < 1e-9


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_angles_stay_within_their_period(seed: int) -> None:
    angles = compute_angles(random_pose(seed), BODY, np.array([1]))
    assert (angles >= -periods_of(BODY) / 2).all()
    assert (angles < periods_of(BODY) / 2).all()


def test_sigma_of_a_segment_by_hand() -> None:
    # Shank 80 px long and vertical; only sideways error turns it: sqrt(2^2 + 1^2) / 80 rad.
    xy = pose(upright(), BODY)[None]
    cov = np.zeros((1, 18, 3))
    cov[0, BODY.index("right_ankle")] = (4.0, 0.0, 100.0)
    cov[0, BODY.index("right_knee")] = (1.0, 0.0, 100.0)
    sigma = compute_angle_sigma(xy, cov, BODY)[0]
    assert sigma[NAMES.index("right_shank_segment")] == pytest.approx(np.degrees(np.sqrt(5) / 80))
    assert sigma[NAMES.index("left_shank_segment")] == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_sigma_agrees_with_monte_carlo(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = swing(swing(swing(upright(), "knee", SHANK, -35), "elbow", ("wrist",), 50), "hip", UPPER_BODY, -15)
    xy = pose(points, BODY) + rng.normal(0, 8, (18, 2))
    mix = rng.normal(0, 0.7, (18, 2, 2))
    noise = np.einsum("kij,nkj->nki", mix, rng.normal(size=(20_000, 18, 2)))
    full = mix @ mix.transpose(0, 2, 1)
    cov = np.stack([full[:, 0, 0], full[:, 0, 1], full[:, 1, 1]], axis=-1)
    sigma = compute_angle_sigma(xy[None], cov[None], BODY)[0, SAGITTAL]
    middle = compute_angles(xy[None], BODY, np.array([1]))[:, SAGITTAL]
    sampled = compute_angles(xy + noise, BODY, np.ones(20_000))[:, SAGITTAL]
    assert sigma == pytest.approx(wrap_degrees(sampled - middle, 360.0).std(axis=0), rel=0.1)


def test_sigma_is_unknown_where_a_covariance_is() -> None:
    xy = pose(upright(), BODY)[None]
    cov = np.ones((1, 18, 3)) * (1, 0, 1)
    cov[0, BODY.index("right_wrist")] = np.nan
    assert names_missing(compute_angle_sigma(xy, cov, BODY)[0]) == {"right_elbow_flexion", "right_forearm_segment"}

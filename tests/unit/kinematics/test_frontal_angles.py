"""Angles of the frontal plane, worked out by hand: seen from the front, from behind, and in a mirror."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import mirrored, pose
from poseapp.core.circle import wrap_degrees
from poseapp.core.skeleton import counterpart, load_angles, load_skeleton
from poseapp.kinematics.angles import compute_angle_sigma, compute_angles

BODY = load_skeleton("body21")
NAMES = [angle.name for angle in BODY.angles]
FRONT, BACK = np.array([1]), np.array([-1])

# Seen from the front: the person's right is on the picture's left. px, y down.
STANDING = {
    "right_hip": (180.0, 200.0),
    "left_hip": (220.0, 200.0),
    "right_knee": (180.0, 300.0),
    "left_knee": (220.0, 300.0),
    "right_ankle": (180.0, 400.0),
    "left_ankle": (220.0, 400.0),
    "right_heel": (180.0, 405.0),
    "left_heel": (220.0, 405.0),
    "right_big_toe": (180.0, 425.0),
    "left_big_toe": (220.0, 425.0),
    "right_shoulder": (160.0, 80.0),
    "left_shoulder": (240.0, 80.0),
    "right_ear": (190.0, 40.0),
    "left_ear": (210.0, 40.0),
}
ZERO = {
    "pelvis_obliquity": 0,
    "shoulder_obliquity": 0,
    "head_tilt": 0,
    "trunk_lateral_lean": 0,
    "knee_valgus": 0,
    "hip_knee_ankle": 180,
    "foot_progression": 0,
}
TILT = float(np.degrees(np.arctan2(10, 40)))
BEND = float(2 * np.degrees(np.arctan2(10, 100)))
TURN = float(np.degrees(np.arctan2(10, 20)))


def moved(**points: tuple[float, float]) -> dict[str, tuple[float, float]]:
    return STANDING | points


CASES = {
    "standing": (STANDING, {}),
    "left hip 10 px higher": (
        moved(left_hip=(220.0, 190.0)),
        {
            "pelvis_obliquity": TILT,  # 10 px over 40 px
            "trunk_lateral_lean": 0,  # the middle of the hips stays in the middle
        },
    ),
    "right hip 10 px higher": (moved(right_hip=(180.0, 190.0)), {"pelvis_obliquity": -TILT}),
    "left shoulder 10 px higher": (
        moved(left_shoulder=(240.0, 70.0)),
        {"shoulder_obliquity": float(np.degrees(np.arctan2(10, 80)))},
    ),
    "left ear 5 px higher": (
        moved(left_ear=(210.0, 35.0)),
        {"head_tilt": float(np.degrees(np.arctan2(5, 20)))},
    ),
    "leans to the person's right": (
        moved(right_shoulder=(130.0, 80.0), left_shoulder=(210.0, 80.0)),  # 30 px over 120 px
        {"trunk_lateral_lean": float(np.degrees(np.arctan2(30, 120)))},
    ),
    "leans to the person's left": (
        moved(right_shoulder=(190.0, 80.0), left_shoulder=(270.0, 80.0)),
        {"trunk_lateral_lean": -float(np.degrees(np.arctan2(30, 120)))},
    ),
    "right knee 10 px inwards": (
        moved(right_knee=(190.0, 300.0)),
        {"right_knee_valgus": BEND, "right_hip_knee_ankle": 180 + BEND},
    ),
    "left knee 10 px inwards": (
        moved(left_knee=(210.0, 300.0)),
        {"left_knee_valgus": BEND, "left_hip_knee_ankle": 180 + BEND},
    ),
    "both knees 10 px outwards": (
        moved(right_knee=(170.0, 300.0), left_knee=(230.0, 300.0)),
        {"knee_valgus": -BEND, "hip_knee_ankle": 180 - BEND},
    ),
    "right toes 10 px out": (moved(right_big_toe=(170.0, 425.0)), {"right_foot_progression": TURN}),
    "left toes 10 px out": (moved(left_big_toe=(230.0, 425.0)), {"left_foot_progression": TURN}),
    "both toes 10 px in": (
        moved(right_big_toe=(190.0, 425.0), left_big_toe=(210.0, 425.0)),
        {"foot_progression": -TURN},
    ),
}


def expected(changes: dict[str, float]) -> dict[str, float]:
    known = {}
    for name in NAMES:
        plain = name.removeprefix("right_").removeprefix("left_")
        if plain in ZERO:
            known[name] = changes.get(name, changes.get(plain, ZERO[plain]))
    return known


def check(xy: np.ndarray, view: np.ndarray, values: dict[str, float]) -> None:
    angles = compute_angles(xy[None], BODY, np.array([1]), view)[0]
    found = {name: float(angles[NAMES.index(name)]) for name in values}
    assert found == pytest.approx(values, abs=1e-9)


def seen_from_behind(points: dict[str, tuple[float, float]]) -> np.ndarray:
    """Return the same posture from the other side: x turned round, and toes that pointed down the picture now up."""
    turned = dict(points)
    for side in ("right", "left"):
        (_, hy), (tx, ty) = points[f"{side}_heel"], points[f"{side}_big_toe"]
        turned[f"{side}_big_toe"] = (tx, 2 * hy - ty)
    return mirrored(pose(turned, BODY))


@pytest.mark.parametrize("name", CASES)
def test_from_the_front(name: str) -> None:
    points, changes = CASES[name]
    check(pose(points, BODY), FRONT, expected(changes))


@pytest.mark.parametrize("name", CASES)
def test_from_behind_it_reads_the_same(name: str) -> None:
    points, changes = CASES[name]
    check(seen_from_behind(points), BACK, expected(changes))


@pytest.mark.parametrize("name", CASES)
def test_in_a_mirror_the_sides_change_places(name: str) -> None:
    """A mirrored film shows a person whose right is what was left: that person is measured right."""
    points, changes = CASES[name]
    swapped = {counterpart(key): xy for key, xy in points.items()}
    values = expected(changes)
    turned = {counterpart(key): value if key != counterpart(key) else -value for key, value in values.items()}
    check(mirrored(pose(swapped, BODY)), FRONT, turned)


def test_facing_does_not_touch_them_and_view_does_not_touch_the_sagittal_ones() -> None:
    xy = np.random.default_rng(0).uniform(0, 400, (1, 21, 2))
    planes = np.array([angle.plane for angle in BODY.angles])
    both = [compute_angles(xy, BODY, np.array([facing]), FRONT)[0] for facing in (1, -1)]
    np.testing.assert_array_equal(both[0][planes != "sagittal"], both[1][planes != "sagittal"])
    views = [compute_angles(xy, BODY, np.array([1]), view)[0] for view in (FRONT, BACK)]
    np.testing.assert_array_equal(views[0][planes != "frontal"], views[1][planes != "frontal"])
    side = compute_angles(xy, BODY, np.array([1]), np.array([0]))[0]
    np.testing.assert_array_equal(side, views[0])


def test_a_missing_hip_leaves_out_what_needs_it() -> None:
    xy = pose(STANDING, BODY).copy()
    xy[BODY.index("left_hip")] = np.nan
    angles = compute_angles(xy[None], BODY, np.array([1]), FRONT)[0]
    missing = {name for name in expected({}) if np.isnan(angles[NAMES.index(name)])}
    assert missing == {"pelvis_obliquity", "trunk_lateral_lean", "left_knee_valgus", "left_hip_knee_ankle"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sigma_agrees_with_monte_carlo(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = pose(CASES["right knee 10 px inwards"][0], BODY)
    mix = rng.normal(0, 0.5, (21, 2, 2))
    noise = np.einsum("kij,nkj->nki", mix, rng.normal(size=(20_000, 21, 2)))
    full = mix @ mix.transpose(0, 2, 1)
    cov = np.stack([full[:, 0, 0], full[:, 0, 1], full[:, 1, 1]], axis=-1)
    sigma = compute_angle_sigma(xy[None], cov[None], BODY)[0]
    sampled = compute_angles(xy + noise, BODY, np.ones(20_000), np.ones(20_000))
    middle = compute_angles(xy[None], BODY, np.array([1]), FRONT)
    columns = [NAMES.index(name) for name in expected({})]
    periods = np.array([BODY.angles[c].period for c in columns])
    spread = wrap_degrees(sampled[:, columns] - middle[:, columns], periods).std(axis=0)
    assert sigma[columns] == pytest.approx(spread, rel=0.1)


def test_every_definition_says_where_zero_is_and_which_way_is_positive() -> None:
    for angle in load_angles():
        assert angle.zero, angle.name
        assert angle.positive, angle.name
        assert angle.period in (180, 360, 720)
    names = {angle.name for angle in load_angles()}
    wanted = {"pelvis_obliquity", "shoulder_obliquity", "trunk_lateral_lean", "head_segment", "trunk_segment"}
    wanted |= {f"{side}_{name}" for side in ("right", "left") for name in (
        "knee_flexion", "hip_flexion", "ankle_dorsiflexion", "shoulder_flexion", "elbow_flexion", "wrist_flexion",
        "foot_segment", "shank_segment", "thigh_segment", "arm_segment", "forearm_segment", "hand_segment",
        "knee_valgus", "hip_knee_ankle", "foot_progression",
    )}  # fmt: skip
    assert wanted <= names


def test_wrist_and_hand_by_hand() -> None:
    blaze = load_skeleton("blazepose33")
    names = [angle.name for angle in blaze.angles]
    points = {"right_elbow": (0.0, 0.0), "right_wrist": (0.0, 100.0), "right_index": (30.0, 130.0)}
    angles = compute_angles(pose(points, blaze)[None], blaze, np.array([1]))[0]
    assert angles[names.index("right_wrist_flexion")] == pytest.approx(45)  # the fingers stand 45 degrees forward
    assert angles[names.index("right_hand_segment")] == pytest.approx(-45)
    facing_left = mirrored(pose(points, blaze))[None]
    assert compute_angles(facing_left, blaze, np.array([-1]))[0, names.index("right_wrist_flexion")] == pytest.approx(
        45
    )

"""An angle is flagged where a segment looks shorter than it is, or the view is the wrong one."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import pose, track_of, upright, walk
from poseapp.core.analysis import MeasureSettings, PlaneFlag
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.measure import measure_person
from poseapp.kinematics.plane import compute_plane_flags, measure_segments
from poseapp.kinematics.view import FULL_BREADTH

BODY = load_skeleton("body18")
NAMES = [angle.name for angle in BODY.angles]
TIME = np.arange(120) / 30
SIDE = np.zeros(120)


def standing(shank: float = 1.0) -> np.ndarray:
    """Return (120, K, 2): the figure, whose right shank looks `shank` times as long in frames 50 to 59."""
    xy = np.tile(pose(upright(), BODY), (120, 1, 1))
    knee, ankle = BODY.index("right_knee"), BODY.index("right_ankle")
    xy[50:60, ankle] = xy[50:60, knee] + shank * (xy[50:60, ankle] - xy[50:60, knee])
    return xy


def flagged(xy: np.ndarray, sigma: float = 0.0) -> dict[str, list[int]]:
    cov = np.tile(np.array([sigma**2, 0.0, sigma**2]), (120, 18, 1))
    flags = compute_plane_flags(xy, cov, BODY, SIDE)
    return {
        NAMES[a]: np.flatnonzero(flags[:, a] == PlaneFlag.SHORTENED).tolist()
        for a in range(len(NAMES))
        if (flags[:, a] == PlaneFlag.SHORTENED).any() and BODY.angles[a].plane == "sagittal"
    }


def test_length_and_its_error_by_hand() -> None:
    # The shank is 80 px and vertical: only errors up and down change its length, sqrt(9 + 16) = 5.
    cov = np.zeros((1, 18, 3))
    cov[0, BODY.index("right_ankle")] = (100.0, 0.0, 9.0)
    cov[0, BODY.index("right_knee")] = (100.0, 0.0, 16.0)
    lengths, sigmas = measure_segments(standing()[:1], cov, BODY, (("right_ankle", "right_knee"),))
    assert (lengths[0, 0], sigmas[0, 0]) == (80.0, 5.0)


def test_a_shank_that_points_at_the_camera_flags_what_uses_it() -> None:
    found = flagged(standing(0.7))
    assert set(found) == {"right_knee_flexion", "right_ankle_dorsiflexion", "right_shank_segment"}
    assert found["right_knee_flexion"] == list(range(50, 60))


def test_less_than_a_fifth_shorter_is_no_reason() -> None:
    assert flagged(standing(0.85)) == {}
    assert flagged(standing(1.0)) == {}


def test_nor_is_what_the_uncertainty_explains() -> None:
    # 0.7 * 80 = 56 px. With 4 px each end the length is sure to 5.7 px: 56 + 5.7 is not below 0.8 * (80 - 5.7) = 59.5.
    # With 2 px it is: 56 + 2.8 is below 0.8 * (80 - 2.8) = 61.8.
    assert flagged(standing(0.7), sigma=4.0) == {}
    assert "right_knee_flexion" in flagged(standing(0.7), sigma=2.0)


def test_a_side_whose_keypoints_stray_is_measured_by_the_other() -> None:
    """The right ankle is 60 px too low in a tenth of the frames: the right shank is no longer than the left one."""
    xy = standing()
    xy[::10, BODY.index("right_ankle")] += (0.0, 60.0)
    assert flagged(xy) == {}


def test_walking_towards_the_camera_shortens_nothing() -> None:
    xy = np.tile(pose(upright(), BODY), (240, 1, 1)) * np.linspace(1, 2, 240)[:, None, None]
    flags = compute_plane_flags(xy, np.zeros((240, 18, 3)), BODY, np.zeros(240))
    assert not (flags == PlaneFlag.SHORTENED).any()


@pytest.mark.parametrize("choice", ["auto", "side", "front", "back"])
def test_the_wrong_view_is_told(choice: str) -> None:
    xy, cov = standing(), np.zeros((120, 18, 3))
    breadth = np.zeros(120) if choice in ("auto", "side") else np.full(120, 0.5)
    flags = compute_plane_flags(xy, cov, BODY, breadth, choice)
    wrong = {BODY.angles[a].plane for a in range(len(NAMES)) if (flags[:, a] == PlaneFlag.WRONG_VIEW).all()}
    assert wrong == ({"frontal", "picture"} if choice in ("auto", "side") else {"sagittal"})


@pytest.mark.parametrize(("degrees", "wrong"), [(0, {"frontal"}), (30, {"frontal"}), (45, {"frontal", "sagittal"}),
                                                (60, {"sagittal"}), (90, {"sagittal"})])  # fmt: skip
def test_a_camera_at_a_slant_sees_neither_plane(degrees: float, wrong: set[str]) -> None:
    breadth = np.full(120, FULL_BREADTH * np.sin(np.radians(degrees)))
    flags = compute_plane_flags(standing(), np.zeros((120, 18, 3)), BODY, breadth)
    found = {BODY.angles[a].plane for a in range(len(NAMES)) if (flags[:, a] == PlaneFlag.WRONG_VIEW).all()}
    assert found - {"picture"} == wrong


def test_where_nothing_is_known_nothing_is_flagged() -> None:
    flags = compute_plane_flags(np.full((5, 18, 2), np.nan), np.zeros((5, 18, 3)), BODY, np.full(5, np.nan))
    assert not flags.any()


def test_a_measured_walk_carries_its_flags() -> None:
    measures = measure_person(track_of(walk(BODY, TIME)), TIME, BODY)
    plane = measures.angles.plane
    sagittal = [i for i, angle in enumerate(BODY.angles) if angle.plane == "sagittal"]
    assert not plane[:, sagittal].any()
    assert (plane[:, NAMES.index("right_knee_valgus")] == PlaneFlag.WRONG_VIEW).all()
    said = measure_person(track_of(walk(BODY, TIME)), TIME, BODY, settings=MeasureSettings(view="front"))
    assert (said.angles.plane[:, NAMES.index("right_knee_flexion")] == PlaneFlag.WRONG_VIEW).all()
    assert [view.direction for view in said.view] == [1]

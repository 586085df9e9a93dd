"""The rendered walk whose angles are known: the whole chain with true keypoints is right to half a degree."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.figure import track_of
from poseapp.core.analysis import FacingStretch, MeasureSettings, PlaneFlag
from poseapp.core.circle import wrap_degrees
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.facing import facing_signs
from poseapp.kinematics.measure import measure_person

BODY = load_skeleton("body18")


@pytest.fixture(scope="module")
def truth() -> dict[str, np.ndarray]:
    with np.load(resources_folder() / "sample" / "walk_truth.npz") as data:
        return dict(data)


def told(truth: dict[str, np.ndarray]) -> tuple[FacingStretch, ...]:
    """Return which way the walker truly faces: he turns round once, towards the camera."""
    turn = int(np.flatnonzero(np.diff(truth["facing"]))[0]) + 1
    return (FacingStretch(0, turn, 1, 1.0, by_user=True), FacingStretch(turn, 240, -1, 1.0, by_user=True))


def errors(truth: dict[str, np.ndarray], settings: MeasureSettings) -> dict[str, float]:
    """Return the RMSE of each angle over the whole clip, degrees."""
    track = track_of(truth["keypoints"], sigma=2.0)
    angles = measure_person(track, truth["pts"], BODY, settings=settings, user_facing=told(truth)).angles
    names = [str(name) for name in truth["angle_names"]]
    found = angles.values[:, [angles.column(name) for name in names]]
    off = wrap_degrees(found - truth["angles"], 360.0)
    return dict(zip(names, np.sqrt(np.mean(off**2, axis=0)).tolist(), strict=True))


def test_the_turn_is_found_within_three_frames_and_flagged(truth: dict[str, np.ndarray]) -> None:
    measures = measure_person(track_of(truth["keypoints"], sigma=2.0), truth["pts"], BODY)
    wrong = np.flatnonzero(facing_signs(measures.facing, 240) != truth["facing"])
    assert len(wrong) <= 3
    sagittal = [i for i, angle in enumerate(BODY.angles) if angle.plane == "sagittal"]
    assert (measures.angles.plane[wrong][:, sagittal] == PlaneFlag.WRONG_VIEW).all()  # he looks at the camera there


@pytest.mark.parametrize(
    "settings",
    [
        FilterSettings(),
        FilterSettings(cutoff_rule="residual"),
        FilterSettings(cutoff_rule="autocorrelation"),
        FilterSettings("savitzky-golay"),
        FilterSettings("gcv-spline"),
        FilterSettings("kalman", motion="acceleration"),
        FilterSettings("none"),
    ],
    ids=lambda s: f"{s.kind}-{s.cutoff_rule}",
)
def test_true_keypoints_give_the_angles_to_half_a_degree(
    truth: dict[str, np.ndarray], settings: FilterSettings
) -> None:
    found = errors(truth, MeasureSettings(settings))
    assert max(found.values()) <= 0.5, found


def test_mirrored_film_gives_the_same_with_sides_swapped(truth: dict[str, np.ndarray]) -> None:
    xy = truth["keypoints"].copy()
    xy[..., 0] = 640 - xy[..., 0]
    xy = xy[:, list(BODY.mirror)]
    plain, turned = (measure_person(track_of(points), truth["pts"], BODY).angles for points in (truth["keypoints"], xy))
    for name in ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "shoulder_flexion", "elbow_flexion"):
        one = plain.values[:, plain.column(f"right_{name}")]
        other = turned.values[:, turned.column(f"left_{name}")]
        assert np.abs(wrap_degrees(one - other, 360.0)).max() < 0.05


def test_a_walk_from_the_side_is_in_the_plane(truth: dict[str, np.ndarray]) -> None:
    angles = measure_person(track_of(truth["keypoints"], sigma=2.0), truth["pts"], BODY).angles
    walking = np.r_[0:105, 135:240]
    legs = [angles.column(f"{side}_{name}") for side in ("right", "left") for name in ("knee_flexion", "hip_flexion")]
    assert (angles.plane[walking][:, legs] == PlaneFlag.IN_PLANE).mean() > 0.97

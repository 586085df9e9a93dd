"""The walk: periodic curves near the published ones, feet that do not slip, and the sample's truth."""

import numpy as np
import pytest

from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import load_skeleton
from poseapp.training.render.body import Proportions, assemble
from poseapp.training.render.gait import ANKLE, HIP, KNEE, Manner, curve, stride_pose, walk
from poseapp.training.render.sample import (
    FPS,
    SECONDS,
    compute_truth_angles,
    sample_camera,
    sample_walker,
    true_angles,
    walk_truth,
)


@pytest.mark.parametrize(("name", "points", "within"), [("hip", HIP, 3), ("knee", KNEE, 5), ("ankle", ANKLE, 5)])
def test_curves_follow_the_published_points_and_repeat(name: str, points: tuple, within: float) -> None:
    for per_cent, degrees in points:
        assert curve(name, per_cent / 100) == pytest.approx(degrees, abs=within)
    assert curve(name, 0.3) == pytest.approx(curve(name, 1.3))


def test_the_standing_foot_stays_and_the_speed_is_that_of_a_walk() -> None:
    size, time = Proportions(), np.arange(0, 4, 1 / 30)
    poses = walk([stride_pose(t / 1.1, Manner()) for t in time], size, smooth=0.5)
    bodies = [assemble(size, pose) for pose in poses]
    x = np.array([pose.root[0] for pose in poses])
    assert 1.0 < (x[-20] - x[20]) / (time[-20] - time[20]) < 1.6
    toes = np.array([[b[f"{s}_toes"].origin for s in ("right", "left")] for b in bodies])
    standing = toes[..., 1].argmin(axis=1)
    same = standing[1:] == standing[:-1]
    slip = np.abs(np.diff(toes[..., 0], axis=0)[np.arange(len(same)), standing[1:]])[same]
    assert np.median(slip) < 0.012  # m a frame, where the body moves 0.04


def test_truth_angles_by_hand() -> None:
    skeleton = load_skeleton("body18")
    xy = np.full((1, 18, 2), np.nan)
    for name, at in (("right_hip", (0, 0)), ("right_knee", (0, 10)), ("right_ankle", (-10, 10))):
        xy[0, skeleton.index(name)] = at
    names = [definition.name for definition in skeleton.angles]
    right = compute_truth_angles(xy, np.array([1]), skeleton)[0]
    assert right[names.index("right_knee_flexion")] == pytest.approx(90)  # facing right, the heel is behind
    assert right[names.index("right_thigh_segment")] == pytest.approx(-90)
    left = compute_truth_angles(xy, np.array([-1]), skeleton)[0]
    assert left[names.index("right_knee_flexion")] == pytest.approx(-90)


def test_truth_of_the_sample_agrees_with_the_angles_it_was_posed_with() -> None:
    walker, camera = sample_walker(), sample_camera()
    time = np.arange(0, 8, 0.1)
    poses, truth = walk_truth(walker, camera, time)
    names = [definition.name for definition in load_skeleton("body18").angles]
    column = names.index("right_knee_flexion")
    posed = np.array([pose.knee[0] for pose in poses])
    straight = (time < 2.5) | (time > 5.6)  # side view
    assert np.abs(truth.angles[straight, column] - posed[straight]).max() < 4  # perspective, pelvis turning
    assert set(truth.facing[:20]) == {1}
    assert set(truth.facing[-20:]) == {-1}
    assert ((truth.keypoints > 0) & (truth.keypoints < (960, 540))).all()


def test_the_shipped_truth_is_what_the_renderer_makes() -> None:
    with np.load(resources_folder() / "sample" / "walk_truth.npz") as data:
        keypoints, angles, pts, names = (data[key] for key in ("keypoints", "angles", "pts", "angle_names"))
    truth = walk_truth(sample_walker(), sample_camera(), np.arange(FPS * SECONDS) / FPS)[1]
    assert np.allclose(truth.keypoints, keypoints, atol=1e-3)
    made = [definition.name for definition in true_angles(load_skeleton("body18"))]
    assert np.allclose(truth.angles[:, [made.index(name) for name in names]], angles, atol=1e-3)
    assert np.array_equal(truth.pts, pts)

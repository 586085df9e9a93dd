"""Rendered movements: feet on the floor, chairs under who sits, and a near leg that differs from the far one."""

import numpy as np
import pytest

from poseapp.training.render.body import Pose, Proportions, assemble, keypoints_3d, lowest_point
from poseapp.training.render.moves import (
    MOVEMENTS,
    Scene,
    bystanders,
    flat_footed,
    on_floor,
    random_move,
    sit_to_stand,
    squat,
    tripod,
    turned_about,
)

SIZE = Proportions()


def sole_tilt(pose: Pose, name: str) -> float:
    """Return how far a sole is from level, degrees."""
    forward = assemble(SIZE, pose)[f"{name}_foot"].axes[:, 0]
    return float(np.rad2deg(np.arcsin(forward[1])))


@pytest.mark.parametrize(("thigh", "shank", "tilt"), [(0, 0, 0), (90, 5, 10), (100, 30, 40)])
def test_soles_are_flat_whatever_the_joints_do(thigh: float, shank: float, tilt: float) -> None:
    pose = flat_footed(thigh, shank, tilt, np.random.default_rng(0))
    for name in ("right", "left"):
        # Abducted thighs roll the leg, which tips the foot a little.
        assert abs(sole_tilt(pose, name)) < 8


def test_every_movement_stands_on_the_floor() -> None:
    rng = np.random.default_rng(1)
    for movement, _ in MOVEMENTS:
        scene = movement(SIZE, rng)
        assert lowest_point(assemble(SIZE, scene.pose), SIZE) == pytest.approx(0, abs=1e-9)


def test_a_deep_squat_brings_the_hips_down() -> None:
    rng = np.random.default_rng(2)
    scenes = [squat(SIZE, rng) for _ in range(20)]
    heights = sorted(scene.pose.root[1] for scene in scenes)
    assert heights[0] < 0.55
    assert heights[-1] > 0.8
    assert all(scene.pose.knee.min() >= 0 for scene in scenes)


def test_the_chair_stands_behind_the_feet_and_below_the_hips() -> None:
    for seed in range(10):
        scene = sit_to_stand(SIZE, np.random.default_rng(seed))
        feet = keypoints_3d(assemble(SIZE, scene.pose), SIZE)[[0, 5]]
        seat = scene.things[0]
        assert seat.a[0] < feet[:, 0].mean()
        assert 0.25 < seat.a[1] < scene.pose.root[1]


def test_a_turn_takes_the_things_along() -> None:
    scene = sit_to_stand(SIZE, np.random.default_rng(0))
    turned = turned_about(scene, 180)
    assert np.allclose(turned.things[0].a, scene.things[0].a * (-1, 1, -1))
    assert np.allclose(turned.pose.root, scene.pose.root * (-1, 1, -1))
    assert isinstance(turned, Scene)


def test_the_camera_stands_at_the_height_of_a_tripod_and_shows_everybody_whole() -> None:
    points = keypoints_3d(assemble(SIZE, on_floor(Pose(), SIZE)), SIZE)
    rng = np.random.default_rng(3)
    for _ in range(20):
        camera = tripod(points, 200, rng)
        assert 0.6 <= camera.position[1] <= 1.7
        xy = camera.project(points)
        assert ((xy > 0) & (xy < 199)).all()
        assert 105 < np.ptp(xy[:, 1]) < 165


def test_same_seed_same_picture() -> None:
    first, again, other = (random_move(seed, size=96) for seed in (3, 3, 4))
    assert first[0].shape == (96, 96, 3)
    assert first[1].shape == (18, 2)
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


def test_other_people_stand_aside_on_the_same_floor() -> None:
    cones = bystanders(3, np.random.default_rng(5))
    assert len(cones) > 100
    lowest = min(min(cone.a[1] - cone.ra, cone.b[1] - cone.rb) for cone in cones)
    assert -0.08 < lowest < 0.08
    assert bystanders(0, np.random.default_rng(5)) == ()

"""Metres from pixels: by a scale, on a floor that is not level, and through a rectangle seen in perspective."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.strides import PX, rendered_walk, squatting, standing, stepping
from poseapp.core.scene import Lens, Plane, Scene
from poseapp.core.skeleton import load_skeleton
from poseapp.kinematics.filters import filter_butterworth
from poseapp.kinematics.scene_scale import (
    body_height_px,
    floor_degrees,
    is_convex,
    through_plane,
    to_floor,
    to_metres,
    to_pixels,
)

BODY = load_skeleton("body18")


def points(*places: tuple[float, float]) -> np.ndarray:
    xy = np.full((len(places), BODY.n_keypoints, 2), np.nan)
    xy[:, 0] = places
    return xy


def test_scale_by_hand():
    """100 px = 0.5 m, 5 mm a px: x = 200 px is 1 m, 60 px above the lowest row (479) is 0.3 m."""
    scene = Scene("line", 100.0, 0.5)
    made = to_metres(points((200, 479), (0, 419)), BODY, scene, 480)
    assert made[:, 0] == pytest.approx(np.array([[1.0, 0.0], [0.0, 0.3]]))
    assert np.isnan(made[:, 1:]).all()
    assert to_metres(points((1, 1)), BODY, Scene(), 480) is None


def test_a_sloping_floor_is_laid_level():
    """Along a floor that rises by 10 degrees to the right nothing rises, and lengths stay."""
    a = math.radians(10)
    scene = Scene("line", 100.0, 1.0, floor_degrees=10.0)
    first, second = to_metres(points((100, 300), (100 + 200 * math.cos(a), 300 - 200 * math.sin(a))), BODY, scene, 480)
    assert (second - first)[0] == pytest.approx([2.0, 0.0], abs=1e-12)


def _camera(world: np.ndarray) -> np.ndarray:
    """See points (..., 2) m of a floor 4 m before a camera 1.5 m high that looks down by 15 degrees."""
    tilt = math.radians(15)
    x, depth = world[..., 0] - 1.0, 4.0 + world[..., 1]
    ahead = depth * math.cos(tilt) + 1.5 * math.sin(tilt)
    down = 1.5 * math.cos(tilt) - depth * math.sin(tilt)
    return np.stack([640 + 1000 * x / ahead, 360 + 1000 * down / ahead], axis=-1)


def test_a_rectangle_measures_the_plane_it_lies_in():
    corners = _camera(np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.5], [0.0, 1.5]]))
    plane = Plane(tuple(map(tuple, corners.tolist())), 2.0, 1.5)
    world = np.random.default_rng(1).uniform(-0.5, 3.0, (50, 2))
    assert through_plane(_camera(world), plane) == pytest.approx(world, abs=1e-9)


def test_only_what_touches_the_floor_is_measured_on_it():
    corners = _camera(np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1.5], [0.0, 1.5]]))
    scene = Scene(plane=Plane(tuple(map(tuple, corners.tolist())), 2.0, 1.5))
    xy = np.broadcast_to(_camera(np.array([0.7, 0.4])), (1, BODY.n_keypoints, 2))
    made = to_metres(xy, BODY, scene, 720)
    known = [BODY.keypoints[k] for k in np.flatnonzero(np.isfinite(made[0, :, 0]))]
    assert known == ["right_heel", "left_heel", "right_big_toe", "left_big_toe"]
    assert made[0, BODY.index("left_heel")] == pytest.approx([0.7, 0.4])
    upright = Scene(plane=Plane(scene.plane.corners, 2.0, 1.5, is_floor=False))
    assert to_metres(xy, BODY, upright, 720)[0, 0] == pytest.approx([0.7, 0.4])
    assert to_floor(xy, BODY, upright) is None


def test_behind_the_horizon_is_nowhere():
    plane = Plane(((0.0, 100.0), (100.0, 100.0), (70.0, 50.0), (30.0, 50.0)), 1.0, 1.0)
    assert np.isfinite(through_plane(np.array([[50.0, 80.0]]), plane)).all()
    assert np.isnan(through_plane(np.array([[50.0, 80.0], [50.0, 90.0], [50.0, -40.0]]), plane)[2]).all()


def test_corners_on_a_line_make_no_plane():
    with pytest.raises(ValueError, match="on a line"):
        through_plane(np.zeros((1, 2)), Plane(((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)), 1.0, 1.0))
    assert is_convex([(0, 0), (4, 0), (3, 2), (1, 2)])
    assert not is_convex([(0, 0), (3, 2), (4, 0), (1, 2)])
    assert not is_convex([(0, 0), (1, 0), (2, 0), (1, 2)])


@pytest.mark.parametrize(("person", "stature"), [(standing(), 1.75), (squatting(), 1.75), (rendered_walk(), 1.76)])
def test_body_height_does_not_depend_on_the_posture(person, stature):
    assert body_height_px(person.xy, person.skeleton) / PX == pytest.approx(stature, rel=0.03)


def test_body_height_without_a_keypoint_on_the_head():
    person, coco = standing(), load_skeleton("coco17")
    xy = np.full((len(person.time), coco.n_keypoints, 2), np.nan)
    for k, name in enumerate(coco.keypoints):
        if name in person.skeleton.keypoints:
            xy[:, k] = person.xy[:, person.skeleton.index(name)]
    assert body_height_px(xy, coco) / PX == pytest.approx(1.75, rel=0.04)
    assert math.isnan(body_height_px(np.full_like(xy, np.nan), coco))


@pytest.mark.parametrize("rise", [-3.0, 0.0, 2.0])
def test_the_floor_is_told_by_footholds(rise):
    walk = stepping(60, noise=0.5)
    a = math.radians(rise)
    turned = walk.xy @ np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    turned[:, [k for k, side in enumerate(walk.skeleton.sides) if side == "left"], 1] -= 12  # farther from the camera
    turned = filter_butterworth(turned, walk.time, 6.0)[0]
    assert floor_degrees(turned, walk.time, walk.skeleton) == pytest.approx(rise, abs=0.3)


def test_who_stays_in_a_place_does_not_tell_the_floor():
    assert math.isnan(floor_degrees(standing().xy, standing().time, BODY))
    belt = stepping(60, belt=True)
    assert math.isnan(floor_degrees(belt.xy, belt.time, belt.skeleton))


def test_back_to_pixels_by_hand():
    """5 mm a px: 1 m is 200 px to the right, 0.3 m are 60 px above the lowest row."""
    made = to_pixels(np.array([[1.0, 0.0], [0.0, 0.3], [np.nan, 0.3]]), Scene("line", 100.0, 0.5), 480)
    assert made[:2] == pytest.approx(np.array([[200, 479], [0, 419]]))
    assert np.isnan(made[2, 0])
    assert to_pixels(np.zeros((1, 2)), Scene(), 480) is None
    corners = ((0.0, 9.0), (9.0, 9.0), (7.0, 1.0), (2.0, 1.0))
    assert to_pixels(np.zeros((1, 2)), Scene(plane=Plane(corners, 2.0, 1.5)), 480) is None  # of the floor alone


_LENS = Lens(1280, 720, (900.0, 905.0, 640.0, 355.0), (-0.12, 0.03, 0.001, -0.0005, 0.0))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1279), st.floats(0, 719)), min_size=1, max_size=8),
    st.floats(20.0, 2000.0),
    st.floats(-20.0, 20.0),
    st.booleans(),
    st.booleans(),
)
def test_metres_and_back_are_the_same_pixels(
    places: list[tuple[float, float]], px: float, floor: float, bent: bool, rectangle: bool
) -> None:
    corners = ((200.0, 650.0), (1100.0, 600.0), (1000.0, 120.0), (300.0, 90.0))
    plane = Plane(corners, 3.0, 2.0, is_floor=False) if rectangle else None
    scene = Scene("line", px, 1.0, floor_degrees=floor, plane=plane, lens=_LENS if bent else None)
    xy = points(*places)
    metres = to_metres(xy, BODY, scene, 720)
    np.testing.assert_allclose(to_pixels(metres, scene, 720), xy, atol=1e-5)

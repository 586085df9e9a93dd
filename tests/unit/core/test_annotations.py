"""What rulers and goniometers read, worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.annotations import (
    angle_at,
    default_points,
    default_stretch,
    length_px,
    metres_per_px,
    shifted,
    with_point,
)
from poseapp.core.items import N_POINTS, Annotation, Shape

points = st.tuples(st.floats(-500, 500), st.floats(-500, 500))


def ruler(start, stop, length, metres):
    return Annotation(Shape.RULER, ((10.0, 20.0), (10.0 + length, 20.0)), start, stop, metres=metres)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((10, 0), (0, 10), 90.0),
        ((10, 0), (10, 10), 45.0),
        ((10, 0), (-7, 0), 180.0),
        ((10, 0), (3, 0), 0.0),
        ((0, -5), (-5, 0), 90.0),
        ((1, 0), (-0.5, math.sqrt(0.75)), 120.0),
    ],
)
def test_the_angle_between_two_legs(a, b, expected):
    assert angle_at(a, (0, 0), b) == pytest.approx(expected)


def test_a_leg_without_length_has_no_angle():
    assert math.isnan(angle_at((3, 4), (3, 4), (9, 9)))


@given(points, points, points)
def test_the_legs_may_trade_places(a, vertex, b):
    one, other = angle_at(a, vertex, b), angle_at(b, vertex, a)
    assert one == pytest.approx(other, nan_ok=True)
    assert math.isnan(one) or 0 <= one <= 180


def test_a_ruler_of_known_length_gives_the_scale():
    assert length_px(ruler(0, 9, 200, 0)) == 200
    assert metres_per_px([ruler(0, 9, 200, 0)], 3) is None
    assert metres_per_px([ruler(0, 9, 200, 0), ruler(0, 9, 250, 1.0)], 3) == pytest.approx(0.004)


def test_the_last_ruler_shown_in_the_frame_counts_else_the_last_of_all():
    rulers = [ruler(0, 5, 100, 1.0), ruler(3, 5, 100, 2.0), ruler(8, 9, 100, 4.0)]
    assert [metres_per_px(rulers, frame) for frame in (0, 4, 6, 8)] == [0.01, 0.02, 0.04, 0.04]


def test_a_ruler_without_length_is_no_scale():
    assert metres_per_px([ruler(0, 9, 0, 1.0)], 3) is None


def test_moving_keeps_everything_else():
    line = Annotation(Shape.LINE, ((1.0, 2.0), (3.0, 4.0)), 5, 9, "a name")
    assert shifted(line, 10, -1) == Annotation(Shape.LINE, ((11.0, 1.0), (13.0, 3.0)), 5, 9, "a name")
    assert with_point(line, 1, (7.0, 8.0)) == Annotation(Shape.LINE, ((1.0, 2.0), (7.0, 8.0)), 5, 9, "a name")


@pytest.mark.parametrize("shape", Shape)
def test_a_new_shape_has_its_points_about_the_middle(shape):
    placed = default_points(shape, (100.0, 50.0), 30.0)
    assert len(placed) == N_POINTS[shape] == len(set(placed))
    assert all(math.dist(point, (100, 50)) in (0.0, 30.0) for point in placed)


@pytest.mark.parametrize(
    ("shape", "zone", "expected"),
    [
        (Shape.RULER, None, (0, 60)),
        (Shape.PLUMB, None, (0, 60)),
        (Shape.LINE, None, (20, 21)),
        (Shape.TEXT, None, (20, 21)),
        (Shape.GONIOMETER, (10, 30), (10, 30)),
        (Shape.RULER, (10, 30), (10, 30)),
        (Shape.RULER, (30, 40), (0, 60)),
        (Shape.LINE, (30, 40), (20, 21)),
        (Shape.STOPWATCH, None, (20, 60)),
        (Shape.STOPWATCH, (10, 30), (20, 30)),
    ],
)
def test_when_a_new_annotation_is_shown(shape, zone, expected):
    assert default_stretch(shape, 20, 60, zone) == expected

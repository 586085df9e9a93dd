"""The map between picture and widget: inverse, zoom about a point, fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.geometry import Box
from poseapp.gui.canvas.view import MAX_SCALE, MIN_SCALE, CanvasView, fit, revealed

pytestmark = pytest.mark.gui

numbers = st.floats(-5000, 5000)
views = st.builds(CanvasView, st.floats(MIN_SCALE, MAX_SCALE), numbers, numbers, st.booleans())


@given(views, numbers, numbers)
def test_the_maps_cancel(view, x, y):
    assert view.to_image(*view.to_widget(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(views, st.floats(0.1, 10), numbers, numbers)
def test_zooming_keeps_the_point_under_the_cursor(view, factor, x, y):
    before = view.to_image(x, y)
    assert view.zoomed(factor, x, y).to_image(x, y) == pytest.approx(before, rel=1e-6, abs=1e-4)


def test_fit_puts_the_outer_edges_of_the_picture_at_the_margin():
    view = fit(Box.of_picture(200, 100), 420, 400, margin=10)
    assert view.scale == 2.0
    assert view.to_widget(-0.5, -0.5) == (10.0, 100.0)
    assert view.to_widget(199.5, 99.5) == (410.0, 300.0)


def test_zoom_is_limited():
    assert CanvasView(60.0).zoomed(4, 0, 0).scale == MAX_SCALE
    assert CanvasView(0.03).zoomed(0.1, 0, 0).scale == MIN_SCALE


@given(views, st.floats(1, 4000), numbers, numbers)
def test_a_mirror_turns_the_widget_over(view, width, x, y):
    turned = view.turned_over(width)
    at, there = view.to_widget(x, y), turned.to_widget(x, y)
    assert there == pytest.approx((width - at[0], at[1]), abs=1e-6)
    again = turned.turned_over(width)
    assert (again.scale, again.dy, again.mirrored) == (view.scale, view.dy, view.mirrored)
    assert again.dx == pytest.approx(view.dx, abs=1e-9)


@given(views, numbers, numbers)
def test_many_points_lie_where_one_does(view, x, y):
    assert view.all_to_widget([[(x, y)]])[0, 0] == pytest.approx(view.to_widget(x, y))


def test_a_mirrored_picture_fits_the_other_way_round():
    view = fit(Box.of_picture(200, 100), 420, 400, margin=10, mirrored=True)
    assert view.to_widget(-0.5, -0.5) == (410.0, 100.0)
    assert view.to_widget(199.5, 99.5) == (10.0, 300.0)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_point_outside_comes_into_the_middle_and_one_inside_stays(mirrored):
    view = CanvasView(4.0, 800.0 if mirrored else -400.0, -100.0, mirrored)
    inside = view.to_image(10, 290)
    assert revealed(view, *inside, 400, 300) == view
    outside = view.to_image(-1, 290)
    moved = revealed(view, *outside, 400, 300)
    assert moved.to_widget(*outside) == pytest.approx((200, 150))
    assert (moved.scale, moved.mirrored) == (view.scale, view.mirrored)

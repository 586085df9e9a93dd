"""One angle of two clips as numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from fixtures.gait import build_walk
from poseapp.gui.compare.paint import tube
from poseapp.gui.compare.plot import time_label
from poseapp.gui.compare.strokes import marker_places
from poseapp.gui.compare.trace import Trace, compared_angles, difference, trace, value_range
from poseapp.gui.plots.decimation import Pyramid


def make(values, *, fps=10.0, origin=0.0, place=0):
    values = np.asarray(values, float)
    return Trace(place, "right", np.arange(len(values)) / fps + 5, Pyramid(values), np.full(len(values), 2.0), origin)


def test_the_difference_adds_variances():
    assert difference((42.0, 3.0), (40.0, 4.0)) == (2.0, 5.0)
    assert difference((175.0, 1.0), (-175.0, 1.0), period=360.0)[0] == pytest.approx(-10.0)
    assert difference((175.0, 1.0), (-175.0, 1.0))[0] == pytest.approx(350.0)
    value, sigma = difference((math.nan, 1.0), (3.0, math.nan), period=180.0)
    assert math.isnan(value)
    assert math.isnan(sigma)


def test_angles_that_both_clips_measure_are_offered():
    one, _ = build_walk(20)
    few = replace(one, angles=replace(one.angles, definitions=one.angles.definitions[:4]))
    everything = compared_angles([one, None])
    assert everything[0].name == "knee_flexion"
    assert everything[0].title == "Knee flexion"
    assert everything[0].sides == ("right", "left")
    assert any(angle.sides == ("middle",) for angle in everything)
    assert {angle.name for angle in compared_angles([one, few])} < {angle.name for angle in everything}
    assert compared_angles([None, None]) == ()


def test_a_trace_reads_the_column_of_its_side():
    measures, time = build_walk(60)
    knee = compared_angles([measures])[0]
    left = trace(1, "left", knee, measures, time)
    column = measures.angles.column("left_knee_flexion")
    assert left.values.values == pytest.approx(measures.angles.values[:, column], nan_ok=True)
    assert left.at(7) == (pytest.approx(measures.angles.values[7, column], rel=1e-6), 3.2)
    assert all(math.isnan(value) for value in left.at(None))
    assert trace(0, "middle", knee, measures, time) is None
    assert trace(0, "left", knee, None, time) is None
    assert trace(0, "left", knee, measures, time[:-1]) is None  # of another clip


def test_time_is_counted_from_the_origin():
    curve = make([1, 2, 3, 4], origin=5.2)
    assert curve.span() == (pytest.approx(-0.2), pytest.approx(0.1))
    time, values, sigma = curve.points(-0.15, 0.05, 100)
    assert time == pytest.approx([-0.2, -0.1, 0.0, 0.1])
    assert values == pytest.approx([1, 2, 3, 4])
    assert sigma == pytest.approx([2.0] * 4)
    assert len(curve.points(7.0, 8.0, 100)[0]) <= 1  # nothing there


def test_a_long_curve_is_its_extremes():
    values = np.sin(np.arange(100_000) / 50)
    values[54_321] = 9.0
    time, shown, sigma = make(values).points(5.0, 10_005.0, 200)
    assert len(time) == len(shown) == 400
    assert shown.max() == 9.0
    assert np.isnan(sigma).all()


def test_the_range_is_round_and_holds_everything():
    assert value_range([make([12, 48]), make([5, np.nan])]) == (0.0, 60.0)
    low, high = value_range([make([30, 31])])
    assert high - low >= 20
    assert value_range([make([np.nan])]) == (0.0, 90.0)


def test_markers_stand_on_the_curve_at_equal_distances():
    points = np.array([[0.0, 0.0], [200.0, 100.0]])
    places = marker_places(points)
    assert [at.x() for at in places] == [0.0, 56.0, 112.0, 168.0]
    assert [at.y() for at in places] == pytest.approx([0, 28, 56, 84])
    assert marker_places(np.array([[10.0, 3.0], [20.0, 5.0]])) == [QPointF(15, 4)]


def test_a_tube_leaves_room_for_the_keypoints():
    outline = tube(QPointF(0, 0), QPointF(40, 0))
    assert (outline.boundingRect().left(), outline.boundingRect().right()) == (5.0, 35.0)
    assert outline.boundingRect().height() == 7.0
    assert outline.isClosed()
    assert tube(QPointF(0, 0), QPointF(6, 0)).isEmpty()


@pytest.mark.parametrize(
    ("seconds", "step", "words"),
    [(0.0, 1.0, "0"), (-1.5, 0.5, "−1.5 s"), (2.0, 1.0, "+2 s"), (0.05, 0.05, "+0.05 s"), (120.0, 30.0, "+2:00")],
)
def test_times_are_said_with_a_sign(seconds, step, words):
    assert time_label(seconds, step) == words

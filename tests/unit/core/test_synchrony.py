"""Two clips in step: by time, whatever their rates, with the events that both have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poseapp.core.items import Event
from poseapp.core.synchrony import SharedEvent, Sync, frame_near, nearest_frame, shared_events


def test_a_sync_says_which_times_go_together():
    sync = Sync(2.0, 3.5, "start")
    assert sync.offset == pytest.approx(1.5)
    assert sync.in_second(2.25) == pytest.approx(3.75)
    assert sync.turned() == Sync(3.5, 2.0, "start")


def test_the_frame_of_a_time_is_the_nearest_not_the_same_index():
    slow, fast = np.arange(10) / 30, np.arange(50) / 150 + 0.5
    sync = Sync(0.0, 0.5)
    assert [frame_near(fast, sync.in_second(t)) for t in slow] == list(range(0, 50, 5))
    assert [frame_near(slow, sync.turned().in_second(t)) for t in fast[:6]] == [0, 0, 0, 1, 1, 1]


def test_before_the_first_frame_and_after_the_last_there_is_nothing():
    pts = np.array([1.0, 1.1, 1.2])
    assert frame_near(pts, 0.96) == 0
    assert frame_near(pts, 0.94) is None
    assert frame_near(pts, 1.29) == 2  # it lasts as long as the one before it
    assert frame_near(pts, 1.31) is None
    assert (nearest_frame(pts, -5.0), nearest_frame(pts, 9.0)) == (0, 2)


def test_a_single_picture_stays():
    assert frame_near(np.array([0.0]), 100.0) == 0
    assert nearest_frame(np.array([0.0]), 100.0) == 0


@given(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=30), st.floats(-2.0, 40.0))
def test_no_frame_is_nearer(steps, seconds):
    pts = np.cumsum(steps)
    distance = np.abs(pts - seconds)
    assert distance[nearest_frame(pts, seconds)] == pytest.approx(distance.min())


def test_events_of_the_same_name_and_side_in_both():
    first = [Event(9, "heel strike", 0, "right"), Event(2, "Heel strike", -1, "right"), Event(4, "jump")]
    second = [Event(30, "heel strike", 1, "right"), Event(31, "heel strike", 0, "left"), Event(5, "Jump ")]
    assert shared_events(first, second, persons=(0, 1)) == (
        SharedEvent("Heel strike, right", (2, 9), (30,)),
        SharedEvent("jump", (4,), (5,)),
    )
    assert [event.label for event in shared_events(first, second, persons=(0, 0))] == ["jump"]


def test_the_happenings_nearest_to_what_is_shown():
    event = SharedEvent("step", (10, 40, 70), (5, 25))
    assert event.nearest(52, 16) == (40, 25)
    assert event.nearest(25, 15) == (10, 5)  # of two as near the earlier

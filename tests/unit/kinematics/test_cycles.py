"""Cycles cut at events, normalised and averaged: worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from poseapp.core.items import Event
from poseapp.kinematics.cycles import Cycle, cut_cycles, event_frames, mean_and_sd, normalise_cycles


def test_cycles_lie_between_neighbouring_events():
    assert cut_cycles([40, 10, 25, 25]) == (Cycle(10, 25), Cycle(25, 40))
    assert cut_cycles([10]) == cut_cycles([]) == ()


def test_only_cycles_wholly_inside_a_stretch_count():
    assert cut_cycles([0, 10, 20, 30], start=5, stop=31) == (Cycle(10, 20), Cycle(20, 30))
    assert cut_cycles([0, 10, 20, 30], start=5, stop=30) == (Cycle(10, 20),)


def test_a_side_is_cut_at_its_own_events():
    strike = "heel strike"
    events = [Event(5, strike, 0, "right"), Event(9, strike, -1, "left"), Event(30, strike, 1, "right"),
              Event(40, strike, 0, "right"), Event(50, strike), Event(60, "toe off", 0, "right")]  # fmt: skip
    assert event_frames(events, strike, "right", 0) == [5, 40]
    assert event_frames(events, strike, "left", 0) == [9]
    assert event_frames(events, strike, "middle", 0) == [50]
    assert event_frames(events[:4], strike, "middle", 0) == [5, 40]
    assert event_frames([Event(5, strike, 0, "left")], strike, "right", 0) == []  # not the other side's


def test_events_without_a_side_cut_both():
    events = [Event(5, "jump"), Event(9, "jump")]
    assert event_frames(events, "jump", "left", 3) == event_frames(events, "jump", "right", 3) == [5, 9]


def test_a_straight_line_stays_one():
    values, time = np.array([9.0, 0.0, 2.0, 4.0, 6.0, 8.0, 9.0]), np.arange(7) / 30
    made = normalise_cycles(values, time, [Cycle(1, 5)])
    assert made.shape == (1, 101)
    assert made[0] == pytest.approx(np.linspace(0, 8, 101))


def test_points_lie_at_shares_of_the_time_not_of_the_frames():
    """Frames at 0, 1 and 4 s with values 0, 10, 40: half of the time is 2 s, a third of the way from 10 to 40."""
    made = normalise_cycles(np.array([0.0, 10.0, 40.0]), np.array([0.0, 1.0, 4.0]), [Cycle(0, 2)], n_points=5)
    assert made[0] == pytest.approx([0, 10, 20, 30, 40])
    made = normalise_cycles(np.array([0.0, 10.0, 10.0]), np.array([0.0, 1.0, 4.0]), [Cycle(0, 2)], n_points=5)
    assert made[0] == pytest.approx([0, 10, 10, 10, 10])


def test_cycles_of_different_length_fall_on_each_other():
    time = np.arange(41) / 20
    values = np.concatenate([np.sin(2 * np.pi * np.arange(16) / 16), np.sin(2 * np.pi * np.arange(25) / 24)])
    short, long = normalise_cycles(values, time, [Cycle(0, 16), Cycle(16, 40)])
    assert short == pytest.approx(long, abs=0.03)  # what linear interpolation of 16 samples a turn loses
    assert short[25] == pytest.approx(1.0)


def test_a_cycle_with_a_gap_is_left_out_and_counted():
    values, time = np.array([0.0, 1.0, 2.0, np.nan, 4.0, 5.0, 8.0]), np.arange(7.0)
    made = normalise_cycles(values, time, [Cycle(0, 2), Cycle(2, 4), Cycle(4, 6)], n_points=3)
    assert np.isnan(made[1]).all()
    found = mean_and_sd(made)
    assert (found.n, found.n_left_out) == (2, 1)
    assert found.mean == pytest.approx([2.0, 3.0, 5.0])  # of (0, 1, 2) and (4, 5, 8)
    assert found.sd == pytest.approx([math.sqrt(8), math.sqrt(8), math.sqrt(18)])  # n - 1: half the difference, times 2


def test_standard_deviation_of_a_sample():
    found = mean_and_sd(np.array([[1.0, 2.0], [3.0, 2.0], [5.0, 2.0]]))
    assert found.mean == pytest.approx([3.0, 2.0])
    assert found.sd == pytest.approx([2.0, 0.0])


def test_one_cycle_has_a_mean_and_no_spread_and_none_has_neither():
    one = mean_and_sd(np.array([[1.0, 2.0]]))
    assert one.mean == pytest.approx([1.0, 2.0])
    assert np.isnan(one.sd).all()
    none = mean_and_sd(np.full((2, 101), np.nan))
    assert (none.n, none.n_left_out) == (0, 2)
    assert np.isnan(none.mean).all()
    assert np.isnan(mean_and_sd(np.zeros((0, 101))).mean).all()


def test_an_angle_that_passes_half_a_turn_is_not_averaged_across_the_circle():
    """170, 180, 190 degrees, stored as 170, -180, -170; the second cycle is stored a turn away."""
    values = np.array([170.0, -180.0, -170.0, 170.0, 180.0 - 360.0, 190.0 - 360.0])
    made = normalise_cycles(values, np.arange(6.0), [Cycle(0, 2), Cycle(3, 5)], period=360.0, n_points=3)
    assert made[1] == pytest.approx(made[0])
    assert np.diff(made[0]) == pytest.approx([10.0, 10.0])


def test_cycles_on_either_side_of_half_a_turn_lie_together():
    values = np.array([-179.0, -178.0, 179.0, 178.0])
    made = normalise_cycles(values, np.arange(4.0), [Cycle(0, 1), Cycle(2, 3)], period=360.0, n_points=2)
    assert made == pytest.approx(np.array([[-179.0, -178.0], [-181.0, -182.0]]))


@pytest.mark.parametrize("cycle", [Cycle(3, 3), Cycle(-1, 2), Cycle(2, 9)])
def test_a_cycle_that_cannot_be_is_refused(cycle):
    with pytest.raises(ValueError, match="no cycle"):
        normalise_cycles(np.zeros(9), np.arange(9.0), [cycle])

"""Repetitions by the peaks of an angle."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.kinematics.repetitions import BOTTOM, END, START, Repetition, events_of, find_repetitions

TIME = np.arange(300) / 30


def bumps(*places: tuple[int, float], width: int = 30, noise: float = 0.0) -> np.ndarray:
    curve = np.zeros(len(TIME))
    for middle, depth in places:
        frames = np.arange(middle - width, middle + width + 1)
        curve[frames] += depth * np.cos(np.pi * (frames - middle) / (2 * width)) ** 2
    return curve + np.random.default_rng(2).normal(0, noise, len(curve))


def test_each_bump_is_one_repetition():
    found = find_repetitions(bumps((60, 80), (140, 90), (220, 85)), TIME)
    assert [one.peak for one in found] == [60, 140, 220]
    assert [one.depth for one in found] == pytest.approx([80, 90, 85])


def test_start_and_end_are_where_eight_percent_are_done():
    """cos^2 is 0.08 at acos(sqrt(0.08)) = 1.2840 rad: 24.5 of 30 frames from the middle; the last frame below is 25."""
    (one,) = find_repetitions(bumps((100, 50)), TIME)
    assert (one.start, one.stop) == (75, 125)


def test_small_movements_between_large_ones_do_not_count():
    assert [one.peak for one in find_repetitions(bumps((60, 80), (140, 20), (220, 80)), TIME)] == [60, 220]


def test_noise_is_no_repetition():
    assert find_repetitions(bumps(noise=3.0), TIME) == ()
    assert find_repetitions(np.full(300, 5.0), TIME) == ()


def test_repetitions_stand_out_of_noise():
    found = find_repetitions(bumps((60, 80), (140, 90), noise=1.0), TIME)
    assert [one.peak for one in found] == pytest.approx([60, 140], abs=4)


def test_no_repetition_reaches_over_a_gap():
    curve = bumps((60, 80), (140, 80), (220, 80))
    curve[138:142] = np.nan
    assert [one.peak for one in find_repetitions(curve, TIME)] == [60, 220]
    assert find_repetitions(np.full(300, np.nan), TIME) == ()


def test_an_angle_that_wraps_is_followed():
    curve = bumps((60, 60), (140, 60)) + 150
    wrapped = (curve + 180) % 360 - 180
    assert [one.peak for one in find_repetitions(wrapped, TIME, period=360.0)] == [60, 140]


def test_events_of_a_repetition():
    events = events_of((Repetition(10, 20, 30, 80.0),), person=1, peak=BOTTOM, side="right")
    assert [(e.frame, e.name) for e in events] == [(10, START), (20, BOTTOM), (30, END)]
    assert {(e.person, e.side) for e in events} == {(1, "right")}

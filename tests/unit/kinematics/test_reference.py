"""Curves at other times, and how well two of them agree."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.kinematics.reference import compare_curves, nearest_turn, resample_curve

TIME = np.arange(8) / 10


def test_a_cubic_is_found_again_between_its_samples() -> None:
    at = np.array([0.0, 0.05, 0.33, 0.7])
    cubic = 100 * TIME**3 - 40 * TIME
    found = resample_curve(TIME, cubic, at, 360)
    np.testing.assert_allclose(found, [0.0, -1.9875, -9.6063, 6.3], atol=1e-9)


def test_nothing_is_told_outside_across_a_gap_or_a_pause() -> None:
    at = np.array([-0.01, 0.0, 0.15, 0.25, 0.35, 0.5, 0.65, 0.7, 0.7000005, 0.71])
    values = 10 * TIME
    values[3] = np.nan  # at 0.3 s
    found = resample_curve(TIME, values, at, 360)
    np.testing.assert_allclose(found, [np.nan, 0, 1.5, np.nan, np.nan, 5, 6.5, 7, 7, np.nan], atol=1e-9)
    paused = np.array([0, 0.1, 0.2, 0.3, 2.0, 2.1, 2.2, 2.3])
    found = resample_curve(paused, paused * 10, np.array([0.25, 1.0, 2.05]), 360)
    np.testing.assert_allclose(found, [2.5, np.nan, 20.5], atol=1e-9)


def test_one_sample_alone_is_known_at_its_time_only() -> None:
    found = resample_curve(np.array([1.0]), np.array([5.0]), np.array([0.9, 1.0, 1.1]), 360)
    np.testing.assert_array_equal(found, [np.nan, 5.0, np.nan])
    assert np.isnan(resample_curve(np.zeros(0), np.zeros(0), np.array([0.0]), 360)).all()


def test_angles_go_the_shorter_way_round_the_circle() -> None:
    found = resample_curve(np.array([0.0, 1.0]), np.array([170.0, -170.0]), np.array([0.25, 0.5, 0.75]), 360)
    np.testing.assert_allclose(found, [175.0, -180.0, -175.0])
    np.testing.assert_allclose(
        resample_curve(np.array([0.0, 1.0]), np.array([80.0, -80.0]), np.array([0.25]), 180), [85.0]
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-179, 179), min_size=1, max_size=12), st.floats(0.005, 0.2))
def test_at_its_own_times_a_curve_is_as_it_was(values: list[float], step: float) -> None:
    time = np.arange(len(values)) * step
    np.testing.assert_allclose(resample_curve(time, np.array(values), time, 360), values, atol=1e-6)


def test_numbers_worked_out_by_hand() -> None:
    reference, measured = np.array([0.0, 10, 20, 30, np.nan]), np.array([2.0, 11, 24, 31, 7])
    found = compare_curves(reference, measured, 360)  # differences 2, 1, 4, 1
    assert found.agreement.n == 4
    assert found.agreement.bias == pytest.approx(2.0)
    assert found.agreement.spread == pytest.approx(math.sqrt(2))  # squares about 2: 0, 1, 4, 1, over 3
    assert found.agreement.low == pytest.approx(2 - 1.96 * math.sqrt(2))
    assert found.rmse == pytest.approx(math.sqrt(22 / 4))
    # Sums about the means 15 and 17: 15 * 15 + 5 * 6 + 5 * 7 + 15 * 14 = 500, 500 and 225 + 36 + 49 + 196 = 506.
    assert found.correlation == pytest.approx(500 / math.sqrt(500 * 506))


def test_a_turn_does_not_count_and_what_stands_still_has_no_correlation() -> None:
    measured = np.array([179.0, -179.0, 178.0])
    found = compare_curves(np.array([-179.0, 179.0, 178.0]), measured, 360)
    assert found.rmse == pytest.approx(math.sqrt(8 / 3))
    np.testing.assert_allclose(nearest_turn(np.array([-179.0]), measured[:1], 360), [181.0])
    still = compare_curves(np.full(4, 3.0), np.array([1.0, 2, 3, 4]), 360)
    assert math.isnan(still.correlation)
    assert still.rmse == pytest.approx(math.sqrt(6 / 4))
    few = compare_curves(np.array([1.0, 2]), np.array([1.0, 2]), 360)
    assert few.agreement.n == 2
    assert math.isnan(few.rmse)

"""Short gaps are filled by time, long and blocked ones are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from poseapp.kinematics.gaps import fill_gaps


def line(time: np.ndarray) -> np.ndarray:
    """One keypoint moving 100 px/s right and 50 px/s up."""
    return np.stack([100 * time, 300 - 50 * time], axis=-1)[:, None, :]


def test_gap_on_a_straight_line_is_exact_and_flagged() -> None:
    time = np.arange(10) / 20
    truth = line(time)
    values = truth.copy()
    values[4:6] = np.nan
    filled, mask = fill_gaps(values, time, 0.25)
    assert filled == pytest.approx(truth)
    assert mask[:, 0].tolist() == [False] * 4 + [True] * 2 + [False] * 4
    assert np.isnan(values[4:6]).all()  # the argument is left alone


def test_gap_is_measured_by_time_not_frames() -> None:
    # Frames 2 and 5 are missing: 0.2 s lie between the neighbours of the first, 0.6 s between those of the second.
    time = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.9, 1.0])
    values = line(time)
    values[[2, 5]] = np.nan
    filled, mask = fill_gaps(values, time, 0.25)
    assert np.flatnonzero(mask[:, 0]).tolist() == [2]
    assert np.isnan(filled[5]).all()


@pytest.mark.parametrize(("seconds", "expected"), [(0.29, 0), (0.3, 2), (0.31, 2)])
def test_limit_includes_itself(seconds: float, expected: int) -> None:
    time = np.arange(8) * 0.1
    values = line(time)
    values[3:5] = np.nan
    assert fill_gaps(values, time, seconds)[1].sum() == expected


def test_ends_are_never_extrapolated() -> None:
    time = np.arange(6) / 30
    values = line(time)
    values[[0, 5]] = np.nan
    filled, mask = fill_gaps(values, time, 1.0)
    assert not mask.any()
    assert np.isnan(filled[[0, 5]]).all()


def test_half_a_keypoint_is_a_missing_keypoint() -> None:
    time = np.arange(5) / 30
    values = line(time)
    values[2, 0, 1] = np.nan
    filled, mask = fill_gaps(values, time, 1.0)
    assert mask[2, 0]
    assert filled == pytest.approx(line(time))


def test_gap_with_a_blocked_sample_stays_whole() -> None:
    time = np.arange(12) / 30
    values = line(time)
    values[2:5] = np.nan
    values[8] = np.nan
    blocked = np.zeros((12, 1), bool)
    blocked[3] = True
    filled, mask = fill_gaps(values, time, 1.0, blocked=blocked)
    assert np.flatnonzero(mask[:, 0]).tolist() == [8]
    assert np.isnan(filled[2:5]).all()


def test_nothing_known_nothing_filled() -> None:
    values = np.full((5, 2, 2), np.nan)
    filled, mask = fill_gaps(values, np.arange(5) / 30, 1.0)
    assert np.isnan(filled).all()
    assert not mask.any()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_filled_values_are_those_of_pchip_over_the_whole_series_and_never_overshoot(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time = np.cumsum(rng.uniform(0.01, 0.06, 60))
    values = rng.normal(0, 30, (60, 1, 2))
    missing = rng.random(60) < 0.4
    missing[[0, -1]] = False
    values[missing] = np.nan
    filled, mask = fill_gaps(values, time, 10.0)
    whole = PchipInterpolator(time[~missing], values[~missing, 0])(time)
    assert filled[:, 0] == pytest.approx(whole)
    known = np.flatnonzero(~missing)
    for row in np.flatnonzero(mask[:, 0]):
        around = values[[known[known < row][-1], known[known > row][0]], 0]
        assert (filled[row, 0] >= around.min(axis=0) - 1e-9).all()
        assert (filled[row, 0] <= around.max(axis=0) + 1e-9).all()

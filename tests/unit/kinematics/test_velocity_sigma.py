"""The uncertainty of a velocity: by hand where it can be, against noise of known size where not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from poseapp.core.analysis import FilterReport
from poseapp.kinematics.derivatives import compute_velocity
from poseapp.kinematics.filters import filter_butterworth
from poseapp.kinematics.velocity_sigma import compute_velocity_sigma

UNFILTERED = FilterReport("none", 4, 6.0, math.nan, 10.0)


def test_without_a_filter_it_is_that_of_a_difference():
    """v = (x(t + 1) - x(t - 1)) / 0.2 s, sigma 3 and 4: sqrt(9 + 16) / 0.2 = 25."""
    found = compute_velocity_sigma(np.array([3.0, 1.0, 4.0]), np.arange(3) / 10, UNFILTERED)
    assert found[1] == pytest.approx(25.0)
    assert np.isnan(found[[0, 2]]).all()  # one-sided: only half of what enters is there


@pytest.mark.parametrize(("rate", "cutoff"), [(30.0, 6.0), (50.0, 4.0), (120.0, 10.0)])
def test_noise_of_known_size_is_found_again(rate, cutoff):
    """White noise of sigma 2 through the real filter and the real derivative."""
    time = np.arange(20_000) / rate
    noise = np.random.default_rng(5).normal(0.0, 2.0, (20_000, 1))
    smooth, report = filter_butterworth(noise, time, cutoff)
    measured = compute_velocity(smooth, time)[100:-100].std()
    told = compute_velocity_sigma(np.full((20_000, 1), 2.0), time, report)
    assert told[100:-100].min() == pytest.approx(told[100:-100].max())
    assert told[10_000, 0] == pytest.approx(measured, rel=0.05)


def test_doubt_reaches_as_far_as_the_filter():
    time, sigma = np.arange(200) / 30, np.ones(200)
    report = filter_butterworth(np.zeros((200, 1)), time, 6.0)[1]
    plain = compute_velocity_sigma(sigma, time, report)
    sigma[100] = 10.0
    doubtful = compute_velocity_sigma(sigma, time, report)
    assert doubtful[98] > 1.5 * plain[98]
    assert doubtful[60] == pytest.approx(plain[60])
    assert doubtful[100] == pytest.approx(plain[100])  # a central difference does not look at its own frame


def test_it_is_not_defined_at_ends_gaps_and_in_short_stretches():
    time, sigma = np.arange(120) / 30, np.ones((120, 2))
    sigma[50:53, 1] = np.nan
    sigma[60, 1] = np.nan
    report = filter_butterworth(np.zeros((120, 1)), time, 6.0)[1]
    found = compute_velocity_sigma(sigma, time, report)
    assert np.isfinite(found[10:110, 0]).all()
    assert np.isnan(found[[0, -1], 0]).all()
    assert np.isnan(found[49:61, 1]).all()  # 53 .. 59 was never filtered: too short
    assert np.isfinite(found[10:40, 1]).all()


def test_an_uneven_clock_has_none_but_a_pause_only_parts():
    report = FilterReport("butterworth", 4, 6.0, 6.0, 30.0)
    uneven = np.cumsum(np.where(np.arange(100) % 2, 0.02, 0.05))
    assert np.isnan(compute_velocity_sigma(np.ones(100), uneven, report)).all()
    paused = np.arange(100) / 30 + np.where(np.arange(100) >= 50, 5.0, 0.0)
    found = compute_velocity_sigma(np.ones(100), paused, report)
    assert np.isfinite(found[[20, 75]]).all()
    assert np.isnan(found[[49, 50]]).all()
    assert np.isnan(compute_velocity_sigma(np.ones(2), np.arange(2.0), report)).all()

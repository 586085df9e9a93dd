"""Two clocks brought together by the curves that were measured by them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from poseapp.kinematics.reference_offset import Curves, find_offset

PERIODS = np.array([360.0, 360.0])


def bump(time: np.ndarray) -> np.ndarray:
    """A knee that bends once, at 2 s, and a hip that swings slowly."""
    knee = 60 * np.exp(-(((time - 2.0) / 0.2) ** 2))
    return np.column_stack([knee, 10 * np.sin(time)])


def test_a_movement_that_comes_once_tells_the_offset() -> None:
    video, lab = np.arange(0, 4, 1 / 30), np.arange(0.5, 3.5, 0.01)
    found = find_offset(Curves(lab + 12.345, bump(lab)), Curves(video, bump(video)), PERIODS)
    assert found is not None
    assert found.offset == pytest.approx(-12.345, abs=1 / 240)  # an eighth of a frame
    assert found.correlation > 0.999
    assert found.correlation > found.rival_correlation + 0.3 or math.isnan(found.rival)


def test_bias_scale_and_missing_values_do_not_matter() -> None:
    video = np.arange(0, 4, 1 / 30)
    seen = 0.8 * bump(video) + 7.0
    seen[10:14] = np.nan
    found = find_offset(Curves(video - 0.4, bump(video)), Curves(video, seen), PERIODS)
    assert found is not None
    assert found.offset == pytest.approx(0.4, abs=1 / 240)


def test_who_moves_evenly_fits_a_cycle_away_too() -> None:
    video, lab = np.arange(0, 6, 1 / 30), np.arange(0, 6, 0.01)
    swing = [np.column_stack([30 * np.sin(2 * np.pi * t), np.zeros(len(t))]) for t in (lab, video)]
    found = find_offset(Curves(lab, swing[0]), Curves(video, swing[1]), PERIODS)
    assert found is not None
    assert found.offset % 1.0 == pytest.approx(0.0, abs=0.01) or found.offset % 1.0 == pytest.approx(1.0, abs=0.01)
    assert abs(found.rival - found.offset) >= 0.9
    assert found.rival_correlation > 0.98


def test_an_arm_that_passes_overhead_is_one_movement() -> None:
    video = np.arange(0, 3, 1 / 30)
    arm = 170 + 30 * np.exp(-(((video - 1.2) / 0.3) ** 2))
    wrapped = (arm + 180) % 360 - 180
    curves = Curves(video, np.column_stack([wrapped, np.zeros(len(video))]))
    found = find_offset(Curves(video + 0.5, curves.values), curves, PERIODS)
    assert found is not None
    assert found.offset == pytest.approx(-0.5, abs=1 / 240)


def test_what_stands_still_or_is_too_short_tells_nothing() -> None:
    video = np.arange(0, 3, 1 / 30)
    still = Curves(video, np.full((len(video), 2), 5.0))
    assert find_offset(still, still, PERIODS) is None
    unknown = Curves(video, np.full((len(video), 2), np.nan))
    assert find_offset(unknown, Curves(video, bump(video)), PERIODS) is None
    short = Curves(np.array([0.0, 0.03]), np.zeros((2, 2)))
    assert find_offset(short, Curves(video, bump(video)), PERIODS) is None

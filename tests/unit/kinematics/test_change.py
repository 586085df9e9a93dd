"""A change counts only beyond the minimal detectable change."""

from __future__ import annotations

import math

import pytest

from poseapp.kinematics.change import Change, judge_change, minimal_detectable_change, standard_error


def test_mdc_by_hand() -> None:
    assert minimal_detectable_change(1.6) == pytest.approx(4.435, abs=1e-3)  # 1.96 * 1.41421 * 1.6
    assert minimal_detectable_change(0.0) == 0
    with pytest.raises(ValueError, match="cannot be"):
        minimal_detectable_change(-1.0)


def test_sem_joins_both_sessions_and_is_never_below_the_least() -> None:
    assert standard_error(3.0, 4.0, least=0.0) == pytest.approx(math.sqrt(12.5))
    assert standard_error(0.0, 0.0) == 1.6
    assert math.isnan(standard_error(math.nan, 1.0))


@pytest.mark.parametrize(
    ("difference", "verdict"), [(4.4, "within"), (-4.4, "within"), (4.5, "beyond"), (-4.5, "beyond")]
)
def test_a_change_is_beyond_or_within(difference: float, verdict: str) -> None:
    assert judge_change(difference, 0.0, 0.0).verdict == verdict


def test_what_is_missing_is_unknown() -> None:
    assert judge_change(math.nan, 1.0, 1.0).verdict == "unknown"
    assert judge_change(30.0, math.nan, 1.0).verdict == "unknown"
    assert Change(5.0, 4.0).verdict == "beyond"

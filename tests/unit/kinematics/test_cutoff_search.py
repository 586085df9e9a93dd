"""Cut-offs found in residuals drawn by hand, and in movement with known noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from poseapp.kinematics.cutoff_search import (
    autocorrelation_sum,
    candidate_cutoffs,
    cutoff_of_residuals,
    find_cutoffs,
)
from poseapp.kinematics.filters import smooth_evenly


def test_candidates_end_below_half_the_rate() -> None:
    assert candidate_cutoffs(30.0)[[0, 1, -1]].tolist() == [1.0, 1.25, 12.0]
    assert candidate_cutoffs(240.0)[-1] == 20.0


def test_winters_construction_by_hand() -> None:
    # Noise of 3 falls by 0.1 a hertz; on top, what a too low cut-off takes away from the movement: 10 exp(-f).
    # The line meets 0 Hz at 3; 3 - 0.1 f + 10 exp(-f) = 3 where f exp(f) = 100: f = 3.386.
    cutoffs = np.arange(1.0, 20.01, 0.25)
    found = cutoff_of_residuals(cutoffs, 3 - 0.1 * cutoffs + 10 * np.exp(-cutoffs))
    assert found == pytest.approx(3.386, abs=0.02)


def test_nothing_but_noise_takes_the_least_cutoff_and_nothing_at_all_none() -> None:
    cutoffs = np.arange(1.0, 20.01, 0.25)
    assert math.isnan(cutoff_of_residuals(cutoffs, np.full_like(cutoffs, 0.0)))
    assert cutoff_of_residuals(cutoffs, 20.0 - cutoffs) == 1.0  # noise of 20, and no more than that anywhere


def test_autocorrelation_by_hand() -> None:
    # 1, -1, 1, -1: power 4; lag 1: -3, lag 2: 2, lag 3: -1; the others are empty.
    values = np.array([1.0, -1, 1, -1] + [0.0] * 0)[:, None]
    assert autocorrelation_sum(values) == pytest.approx([(9 + 4 + 1) / 16])
    assert autocorrelation_sum(np.zeros((20, 1)))[0] == math.inf


@pytest.mark.parametrize("rule", ["residual", "autocorrelation"])
@pytest.mark.parametrize("rate", [30.0, 100.0])
def test_a_found_cutoff_is_nearly_as_good_as_the_best(rule: str, rate: float) -> None:
    rng = np.random.default_rng(7)
    time = np.arange(round(8 * rate)) / rate
    truth = (
        80 * np.sin(2 * np.pi * 1.0 * time) + 25 * np.sin(2 * np.pi * 2.0 * time + 1) + 8 * np.sin(2 * np.pi * 3 * time)
    )
    values = truth[:, None] + rng.normal(0, 3, (len(time), 6))

    def error(hz: float, column: int) -> float:
        off = smooth_evenly(values[:, column : column + 1], rate, hz)[:, 0] - truth
        return float(np.sqrt(np.mean(off[10:-10] ** 2)))

    found = find_cutoffs(values, rate, rule)
    best = min(error(float(f), 0) for f in candidate_cutoffs(rate))
    chosen = float(np.median(found))
    assert 3.0 < chosen < 9.0
    assert error(chosen, 0) < 1.35 * best
    assert error(chosen, 0) < 2.6  # of noise of 3: less than without a filter


def test_a_stretch_too_short_has_no_cutoff() -> None:
    assert np.isnan(find_cutoffs(np.random.default_rng(0).normal(size=(40, 2)), 30.0, "residual")).all()

"""Agreement of two people or two sessions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from poseapp.kinematics.agreement import compute_agreement, intraclass_correlation, mean_squares

# Shrout & Fleiss 1979, table 2: six targets, four judges; their table 4 gives ICC(2,1) = .29.
JUDGES = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)


def test_the_published_example() -> None:
    assert mean_squares(JUDGES) == pytest.approx((11.24, 32.49, 1.02), abs=0.005)
    assert intraclass_correlation(JUDGES) == pytest.approx(0.29, abs=0.005)


def test_hand_worked_pairs() -> None:
    first, second = np.array([10.0, 20.0, 30.0, 40.0]), np.array([12.0, 22.0, 32.0, 42.0])
    found = compute_agreement(first, second)
    assert (found.n, found.bias, found.spread) == (4, pytest.approx(2.0), pytest.approx(0.0, abs=1e-9))
    # MSR = 2 * 500 / 3 = 333.33, MSC = 8, MSE = 0: ICC = 333.33 / (333.33 + 2 * 8 / 4) = 0.98814
    assert found.icc == pytest.approx(333.3333 / 337.3333, abs=1e-4)
    assert found.sem == pytest.approx(math.sqrt(8 / 4))  # the raters alone
    assert found.mdc == pytest.approx(1.96 * math.sqrt(2) * math.sqrt(2))


def test_noise_of_a_known_size_is_found_again() -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(40, 10, 4000)
    found = compute_agreement(truth + rng.normal(0, 3, 4000), truth + rng.normal(0, 3, 4000))
    assert found.sem == pytest.approx(3.0, rel=0.03)
    assert found.icc == pytest.approx(100 / 109, abs=0.01)
    assert found.icc_low < 100 / 109 < found.icc_high
    assert (found.low, found.high) == pytest.approx((-1.96 * math.sqrt(18), 1.96 * math.sqrt(18)), rel=0.05)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(300):
        truth = rng.normal(0, 2, 25)
        found = compute_agreement(truth + rng.normal(0, 1, 25), truth + rng.normal(0, 1, 25))
        covered += found.icc_low <= 0.8 <= found.icc_high
    assert 0.91 <= covered / 300 <= 0.985


def test_pairs_with_a_missing_value_are_left_out() -> None:
    first, second = np.array([1.0, np.nan, 3.0, 4.0, 5.0]), np.array([1.0, 2.0, np.nan, 4.0, 5.0])
    assert compute_agreement(first, second).n == 3
    assert compute_agreement(first, second).icc == pytest.approx(1.0)


def test_too_few_pairs_say_nothing() -> None:
    found = compute_agreement(np.array([1.0, 2.0]), np.array([1.0, 2.5]))
    assert found.n == 2
    assert math.isnan(found.icc)
    assert math.isnan(found.low)


def test_what_never_varies_has_no_correlation() -> None:
    assert math.isnan(compute_agreement(np.full(5, 3.0), np.full(5, 3.0)).icc)


def test_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="no pairs"):
        compute_agreement(np.zeros(3), np.zeros(4))

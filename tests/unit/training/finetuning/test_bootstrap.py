"""The interval of a change of the median."""

from __future__ import annotations

import numpy as np
import pytest

from poseapp.training.finetuning.bootstrap import _medians, compute_gain_interval, moments_of


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_weighted_medians_are_those_of_the_drawn_values(n):
    rng = np.random.default_rng(n)
    values = rng.normal(size=n)
    times = rng.integers(0, 4, (20, n))
    times[:, 0] += 1  # never nothing
    expected = [np.median(np.repeat(values, row)) for row in times]
    np.testing.assert_allclose(_medians(values, times), expected)


def test_the_same_gain_everywhere_is_certain():
    before = np.linspace(5, 15, 40)
    low, high = compute_gain_interval(before, before - 3, np.arange(40) // 4)
    assert (low, high) == (pytest.approx(3), pytest.approx(3))


def test_the_interval_of_noise_holds_zero_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    held = 0
    for trial in range(100):
        before, after = rng.gamma(4, 2, (2, 120))
        low, high = compute_gain_interval(before, after, np.arange(120) // 6, seed=trial)
        held += low <= 0 <= high
    assert 88 <= held <= 100


def test_marks_of_a_moment_are_no_independent_witnesses():
    rng = np.random.default_rng(1)
    shared = np.repeat(rng.normal(0, 3, 8), 20)  # 8 moments, each with a gain of its own, told by 20 marks
    before = rng.gamma(9, 1, 160) + 5
    by_moment = compute_gain_interval(before, before - shared, np.arange(160) // 20)
    by_mark = compute_gain_interval(before, before - shared, np.arange(160))
    assert by_moment[1] - by_moment[0] > 1.5 * (by_mark[1] - by_mark[0])


def test_frames_of_a_quarter_of_a_second_are_one_moment():
    time = np.arange(100) / 30
    moment = moments_of(np.array([0, 0, 0, 0, 1]), np.array([0, 7, 8, 8, 0]), [time, time])
    assert moment[0] == moment[1] != moment[2]  # 0 and 0.23 s; 0.27 s
    assert moment[2] == moment[3]  # two people of one frame
    assert moment[4] not in moment[:4]


def test_nothing_is_an_error():
    with pytest.raises(ValueError, match="no errors"):
        compute_gain_interval(np.empty(0), np.empty(0), np.empty(0, np.int64))

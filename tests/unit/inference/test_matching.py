"""Likeness and assignment, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poseapp.inference.matching import assign, compute_oks, suppress_doubles

SIGMAS = (0.1, 0.1)


def test_oks_by_hand() -> None:
    """Diagonal 100 px: s^2 = 0.18 * 10000 = 1800; k = 0.2; a shift of d: exp(-d^2 / (2 * 1800 * 0.04))."""
    first = np.array([[[0, 0], [60, 80]]], np.float32)
    shifted = first + np.array([12, 0], np.float32)
    assert compute_oks(first, first, SIGMAS)[0, 0] == pytest.approx(1.0)
    assert compute_oks(first, shifted, SIGMAS)[0, 0] == pytest.approx(np.exp(-144 / 144.0), rel=1e-5)


def test_missing_keypoints_do_not_count() -> None:
    first = np.array([[[0, 0], [60, 80]]], np.float32)
    half = first.copy()
    half[0, 1] = np.nan
    assert compute_oks(first, half, SIGMAS)[0, 0] == pytest.approx(1.0)
    assert compute_oks(first, np.full_like(first, np.nan), SIGMAS)[0, 0] == 0.0
    assert compute_oks(first, np.empty((0, 2, 2), np.float32), SIGMAS).shape == (1, 0)


def test_the_surer_of_two_doubles_stays() -> None:
    pose = np.array([[0, 0], [60, 80]], np.float32)
    poses = np.stack([pose, pose + 2, pose + 300])
    assert suppress_doubles(poses, [0.5, 0.9, 0.4], SIGMAS, limit=0.5) == [1, 2]


def test_exact_assignment_beats_the_greedy_one() -> None:
    """The best single pair (0.9) would leave 0.0 for the other row; together 0.8 + 0.7 is more."""
    assert sorted(assign(np.array([[0.9, 0.8], [0.7, 0.0]]), least=0.1)) == [(0, 1), (1, 0)]


def test_pairs_below_the_least_gain_are_not_made() -> None:
    assert assign(np.array([[0.05, 0.0]]), least=0.1) == []
    assert assign(np.zeros((2, 0)), least=0.1) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 10_000))
def test_assignment_is_one_to_one_and_never_worse_than_greedy(rows: int, columns: int, seed: int) -> None:
    gain = np.random.default_rng(seed).uniform(0.2, 1.0, (rows, columns))
    pairs = assign(gain, least=0.1)
    assert len({r for r, _ in pairs}) == len({c for _, c in pairs}) == len(pairs) == min(rows, columns)
    left, greedy = gain.copy(), 0.0
    for _ in range(min(rows, columns)):
        r, c = np.unravel_index(left.argmax(), left.shape)
        greedy += left[r, c]
        left[r], left[:, c] = -1, -1
    assert sum(gain[r, c] for r, c in pairs) >= greedy - 1e-9

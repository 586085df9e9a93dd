"""Curves that never fall, ellipses that stay ellipses, and NaN that stays NaN."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from poseapp.core.calibration import Calibration, ScoreCurve

IDENTITY = ScoreCurve((0.0, 1.0), (0.0, 1.0))
SHARES = st.floats(0, 1, width=32)
PEAKS = arrays.arrays(np.float32, (5, 3), elements=st.one_of(SHARES, st.just(float("nan"))))


@st.composite
def curves(draw: st.DrawFn) -> ScoreCurve:
    peaks = sorted(draw(st.sets(st.floats(0, 1, width=32), min_size=1, max_size=8)))
    scores = sorted(draw(st.lists(st.floats(0, 1), min_size=len(peaks), max_size=len(peaks))))
    return ScoreCurve(tuple(peaks), tuple(scores))


def test_knots_are_joined_by_lines_and_level_beyond() -> None:
    curve = ScoreCurve((0.2, 0.4, 0.8), (0.1, 0.5, 0.7))
    both = Calibration((IDENTITY, curve), (0, 1))
    peak = np.array([[0.0, 0.0], [0.3, 0.3], [0.6, 0.6], [1.0, 1.0]], np.float32)
    expected = [[0.0, 0.1], [0.3, 0.3], [0.6, 0.6], [1.0, 0.7]]
    np.testing.assert_allclose(both.calibrate_score(peak), expected, atol=1e-6)


@given(curves(), PEAKS)
def test_scores_are_shares_and_keep_the_order_of_peaks(curve: ScoreCurve, peak: np.ndarray) -> None:
    score = Calibration((curve,), (0, 0, 0)).calibrate_score(peak)
    assert score.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(score), np.isnan(peak))
    known = ~np.isnan(peak)
    assert ((score[known] >= 0) & (score[known] <= 1)).all()
    assert (np.diff(score[known][np.argsort(peak[known])]) >= 0).all()


def test_covariance_is_scaled_and_floored_by_the_crop() -> None:
    cov = np.array([[[4.0, 1.0, 2.0]], [[4.0, 1.0, 2.0]]], np.float32)
    result = Calibration((IDENTITY,), (0,), cov_scale=0.5, cov_floor=0.02).calibrate_covariance(cov, [100.0, 200.0])
    np.testing.assert_allclose(result, [[[6.0, 0.5, 5.0]], [[18.0, 0.5, 17.0]]], rtol=1e-6)


@given(
    st.floats(0.01, 1e4), st.floats(0.01, 1e4), st.floats(-0.99, 0.99), st.floats(1e-3, 100), st.floats(0, 1),
    st.floats(1, 5000),
)  # fmt: skip
def test_covariance_stays_positive_definite(
    xx: float, yy: float, correlation: float, scale: float, floor: float, side: float
) -> None:
    cov = np.array([[[xx, correlation * np.sqrt(xx * yy), yy]]], np.float32)
    result = Calibration((IDENTITY,), (0,), scale, floor).calibrate_covariance(cov, [side]).astype(np.float64)
    a, b, d = result[0, 0]
    assert a > 0
    assert a * d - b * b > 0


def test_a_missing_covariance_stays_missing() -> None:
    cov = np.full((1, 2, 3), np.nan, np.float32)
    assert np.isnan(Calibration((IDENTITY,), (0, 0), 1.0, 0.1).calibrate_covariance(cov, [10.0])).all()


@pytest.mark.parametrize(
    ("peaks", "scores"),
    [
        ((), ()),
        ((0.1, 0.2), (0.5,)),
        ((0.2, 0.2), (0.1, 0.2)),
        ((0.2, 0.1), (0.1, 0.2)),
        ((0.1, 0.2), (0.5, 0.4)),
        ((0.1, 0.2), (0.5, 1.1)),
        ((0.1, float("inf")), (0.1, 0.2)),
        ((0.1,), (float("nan"),)),
    ],
)
def test_a_curve_that_is_none_is_refused(peaks: tuple[float, ...], scores: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="score curve"):
        ScoreCurve(peaks, scores)


@pytest.mark.parametrize(
    "wrong",
    [
        {"curves": ()},
        {"curve_of": (1,)},
        {"curve_of": (-1,)},
        {"cov_scale": -1.0},
        {"cov_scale": 0.0, "cov_floor": 0.0},
        {"cov_floor": float("nan")},
    ],
)
def test_a_calibration_that_is_none_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match="calibration"):
        Calibration(**{"curves": (IDENTITY,), "curve_of": (0,)} | wrong)


def test_json_there_and_back() -> None:
    made = Calibration((IDENTITY, ScoreCurve((0.25,), (0.5,))), (1, 0), 0.3, 0.02, "some pictures")
    assert Calibration.from_json(made.to_json()) == made
    with pytest.raises((ValueError, KeyError, TypeError)):
        Calibration.from_json(json.dumps({"curves": []}))

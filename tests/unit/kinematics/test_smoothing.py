"""The filter that the settings name is the one that runs, over gaps, and says what it did."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal

from poseapp.core.filter_settings import FILTER_KINDS, FilterSettings
from poseapp.kinematics.filters import filter_butterworth
from poseapp.kinematics.smoothing import Keypoints, smooth_keypoints

TIME = np.arange(240) / 60


def points(xy: np.ndarray, time: np.ndarray = TIME) -> Keypoints:
    cov = np.tile(np.array([4.0, 0.0, 4.0]), (*xy.shape[:2], 1))
    return Keypoints(xy, time, cov, np.isfinite(xy[..., 0]))


def movement(noise: float = 2.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, 6, (1, 3, 2))
    return 200 + 60 * np.sin(2 * np.pi * TIME[:, None, None] + phase) + rng.normal(0, noise, (240, 3, 2))


@pytest.mark.parametrize("kind", [kind for kind in FILTER_KINDS if kind != "none"])
def test_every_filter_keeps_gaps_and_smooths_the_rest(kind: str) -> None:
    xy = movement()
    clean = movement(noise=0.0)
    xy[100:110, 1] = np.nan
    given = xy.copy()
    smooth, report = smooth_keypoints(points(xy), FilterSettings(kind, 5.0, window_seconds=0.1, beta=0.05))
    np.testing.assert_array_equal(xy, given)  # raw is kept
    assert report.kind == kind
    assert np.isnan(smooth[100:110, 1]).all()
    assert np.isfinite(np.delete(smooth, 1, axis=1)).all()
    before, after = (float(np.sqrt(np.nanmean((x - clean)[20:-20] ** 2))) for x in (xy, smooth))
    if kind in ("hampel", "one-euro"):  # the one removes outliers only, the other lags
        assert after < 4 * before
    else:
        assert after < (0.95 if kind == "median" else 0.75) * before


@pytest.mark.parametrize("kind", [kind for kind in FILTER_KINDS if kind != "none"])
def test_a_single_frame_and_nobody_are_left_as_they_are(kind: str) -> None:
    one = movement()[:1]
    smooth, report = smooth_keypoints(points(one, TIME[:1]), FilterSettings(kind))
    np.testing.assert_array_equal(smooth, one)
    assert (report.kind, report.note) == ("none", "not filtered: too few frames")
    nobody = np.full((240, 3, 2), np.nan)
    smooth, report = smooth_keypoints(points(nobody), FilterSettings(kind))
    assert np.isnan(smooth).all()
    assert report.kind == "none"


def test_butterworth_is_the_one_of_old() -> None:
    xy = movement()
    smooth, report = smooth_keypoints(points(xy), FilterSettings(cutoff_hz=5.0))
    expected, known = filter_butterworth(xy, TIME, 5.0)
    np.testing.assert_array_equal(smooth, expected)
    assert report == known
    assert report.describe() == "Butterworth, order 4, zero phase, −3 dB at 5.0 Hz"


def test_savitzky_golay_over_a_whole_clip_is_scipys() -> None:
    xy = movement()
    smooth, report = smooth_keypoints(points(xy), FilterSettings("savitzky-golay", window_seconds=0.2))
    np.testing.assert_allclose(smooth, signal.savgol_filter(xy, 13, 3, axis=0))
    assert report.detail == "13 frames (0.20 s), degree 3, zero phase"
    assert 3 < report.effective_hz < 10


def test_uneven_time_is_resampled_and_told() -> None:
    time = TIME + np.random.default_rng(1).uniform(-0.005, 0.005, 240)
    smooth, report = smooth_keypoints(points(movement(), time), FilterSettings("savitzky-golay"))
    assert "resampled" in report.note
    assert np.isfinite(smooth).all()
    spline, report = smooth_keypoints(points(movement(), time), FilterSettings("gcv-spline"))
    assert report.note == ""  # works on the times as they are
    assert np.isfinite(spline).all()


@pytest.mark.parametrize("rule", ["residual", "autocorrelation"])
def test_a_cutoff_found_in_the_data_is_told(rule: str) -> None:
    _, report = smooth_keypoints(points(movement()), FilterSettings(cutoff_rule=rule))
    assert 1.5 < report.requested_hz < 9
    assert report.effective_hz == pytest.approx(report.requested_hz, rel=1e-3)
    assert "half of the keypoints between" in report.detail
    _, brief = smooth_keypoints(points(movement()[:60], TIME[:60]), FilterSettings(cutoff_rule=rule))
    assert brief.requested_hz == 6.0
    assert brief.note == "no cut-off could be found in the data; 6 Hz was taken"


def test_outliers_are_replaced_before_they_spread() -> None:
    xy = movement(noise=0.3)
    clean = xy.copy()
    xy[50, 0] += 80
    plain, _ = smooth_keypoints(points(xy), FilterSettings())
    spared, report = smooth_keypoints(points(xy), FilterSettings(despike=True))
    reference, _ = smooth_keypoints(points(clean), FilterSettings())
    assert np.abs(plain - reference).max() > 10
    assert np.abs(spared - reference).max() < 3
    assert "outliers replaced first" in report.describe()


def test_too_high_a_cutoff_is_refused_in_words() -> None:
    time = np.arange(60) / 10
    xy = movement()[:60]
    for kind in ("butterworth", "kalman"):
        smooth, report = smooth_keypoints(points(xy, time), FilterSettings(kind, 6.0))
        np.testing.assert_array_equal(smooth, xy)
        assert report.kind == "none"
        assert "needs more frames/s" in report.note
        assert math.isnan(report.effective_hz)


def test_kalman_does_not_look_at_interpolated_values() -> None:
    xy = movement(noise=0.0)
    seen = np.ones((240, 3), bool)
    seen[100:106, 0] = False
    given = xy.copy()
    given[100:106, 0] += 50
    held = Keypoints(given, TIME, np.tile(np.array([1.0, 0.0, 1.0]), (240, 3, 1)), seen)
    smooth, _ = smooth_keypoints(held, FilterSettings("kalman", 6.0))
    assert np.abs(smooth - xy)[20:-20].max() < 3

"""The cut-off that is stated is the one that holds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal

from poseapp.kinematics.filters import (
    effective_cutoff,
    estimate_rate,
    filter_butterworth,
    pad_length,
)

ROOT_HALF = math.sqrt(0.5)


def sine(time: np.ndarray, frequency: float, phase: float = 0.0) -> np.ndarray:
    return np.sin(2 * np.pi * frequency * time + phase)[:, None, None]


def amplitude(values: np.ndarray, time: np.ndarray, frequency: float) -> complex:
    """Return the least-squares amplitude of a sine in the middle of a series."""
    inside = slice(len(time) // 5, -len(time) // 5)
    t = time[inside]
    basis = np.stack([np.sin(2 * np.pi * frequency * t), np.cos(2 * np.pi * frequency * t), np.ones(len(t))], 1)
    a, b, _ = np.linalg.lstsq(basis, values[inside, 0, 0], rcond=None)[0]
    return complex(a, b)


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize(("rate", "cutoff"), [(30, 6.0), (30, 10.0), (60, 6.0), (240, 6.0), (59.94, 3.0)])
def test_sine_at_the_cutoff_is_damped_to_root_half_without_delay(rate: float, cutoff: float, order: int) -> None:
    time = np.arange(int(20 * rate)) / rate
    filtered, report = filter_butterworth(sine(time, cutoff), time, cutoff, order)
    through = amplitude(filtered, time, cutoff)
    assert abs(through) == pytest.approx(ROOT_HALF, rel=0.01)
    assert abs(np.angle(through)) < 1e-3
    assert report.effective_hz == pytest.approx(cutoff, rel=1e-4)
    assert (report.kind, report.order, report.requested_hz, report.note) == ("butterworth", order, cutoff, "")
    assert report.rate_hz == pytest.approx(rate)


def test_without_the_correction_the_cutoff_would_be_lower() -> None:
    # Two passes of butter(2, 6 Hz) at 60 frames/s: -3 dB near 4.9 Hz, which is what we do not do.
    sos = signal.butter(2, 6, fs=60, output="sos")
    frequencies = np.linspace(3, 7, 4001)
    gain = np.abs(signal.sosfreqz(sos, worN=frequencies, fs=60)[1]) ** 2
    assert frequencies[np.argmin(np.abs(gain - ROOT_HALF))] == pytest.approx(4.87, abs=0.02)
    assert effective_cutoff(6.0, 4, 60.0) == pytest.approx(6.0, abs=1e-6)


@pytest.mark.parametrize(("rate", "order"), [(100.0, 4), (100.0, 8), (30.0, 2)])
def test_equals_scipy_on_an_even_grid(rate: float, order: int) -> None:
    time = np.arange(200) / rate
    values = np.random.default_rng(0).normal(0, 10, (200, 3, 2)).cumsum(axis=0)
    passes = order // 2
    lift = (math.sqrt(2) - 1) ** (-1 / (2 * passes))
    single = math.atan(math.tan(math.pi * 6 / rate) * lift) * rate / math.pi
    sos = signal.butter(passes, single, fs=rate, output="sos")
    reference = signal.sosfiltfilt(sos, values, axis=0, padlen=pad_length(6.0, order, rate))
    assert filter_butterworth(values, time, 6.0, order)[0] == pytest.approx(reference, abs=1e-9)


def test_constant_and_slope_pass_unchanged() -> None:
    time = np.arange(100) / 30
    values = np.stack([np.full(100, 321.5), 40 * time + 7], axis=-1)[:, None]
    assert filter_butterworth(values, time, 6.0)[0] == pytest.approx(values, abs=1e-3)


def test_uneven_time_is_filtered_by_time() -> None:
    rng = np.random.default_rng(3)
    time = np.cumsum(rng.choice([1 / 60, 1 / 60, 1 / 60, 2 / 60], 1500))  # dropped frames
    filtered, report = filter_butterworth(sine(time, 6.0), time, 6.0)
    assert abs(amplitude(filtered, time, 6.0)) == pytest.approx(ROOT_HALF, rel=0.02)
    assert report.rate_hz == pytest.approx(60)
    assert "uneven" in report.note
    slow = sine(time, 0.5)
    assert filter_butterworth(slow, time, 6.0)[0][50:-50] == pytest.approx(slow[50:-50], abs=2e-3)


def test_timestamps_rounded_to_milliseconds_are_even() -> None:
    time = np.round(np.arange(300) / 30, 3)
    filtered, report = filter_butterworth(sine(time, 6.0), time, 6.0)
    assert report.note == ""
    assert report.rate_hz == pytest.approx(30, rel=1e-3)
    assert abs(amplitude(filtered, time, 6.0)) == pytest.approx(ROOT_HALF, rel=0.02)


def test_stretches_do_not_see_each_other() -> None:
    time = np.arange(120) / 60
    values = np.random.default_rng(1).normal(0, 5, (120, 2, 2)).cumsum(axis=0)
    values[50:60, 0] = np.nan
    filtered, _ = filter_butterworth(values, time, 6.0)
    np.testing.assert_array_equal(np.isnan(filtered), np.isnan(values))
    head, _ = filter_butterworth(values[:50], time[:50], 6.0)
    tail, _ = filter_butterworth(values[60:], time[60:], 6.0)
    assert filtered[:50, 0] == pytest.approx(head[:, 0])
    assert filtered[60:, 0] == pytest.approx(tail[:, 0])
    assert filtered[:, 1] == pytest.approx(filter_butterworth(values[:, 1:], time, 6.0)[0][:, 0])


def test_pause_of_the_clock_parts_stretches() -> None:
    time = np.concatenate([np.arange(60) / 60, 30 + np.arange(60) / 60])
    values = np.concatenate([np.zeros(60), np.full(60, 100.0)])[:, None, None]
    assert filter_butterworth(values, time, 6.0)[0] == pytest.approx(values, abs=1e-9)


def test_short_stretch_is_left_alone_and_said() -> None:
    time = np.arange(100) / 30
    values = np.random.default_rng(2).normal(0, 5, (100, 1, 2))
    values[8] = np.nan  # frames 0 to 7 are too few
    filtered, report = filter_butterworth(values, time, 6.0)
    np.testing.assert_array_equal(filtered[:8], values[:8])
    assert np.abs(filtered[9:] - values[9:]).max() > 1
    assert report.note == "1 of 2 keypoint stretches are too short and were left unfiltered"


def test_all_too_short_is_not_filtered() -> None:
    time = np.arange(6) / 30
    values = np.random.default_rng(2).normal(0, 5, (6, 1, 2))
    filtered, report = filter_butterworth(values, time, 6.0)
    np.testing.assert_array_equal(filtered, values)
    assert (report.kind, report.note) == ("none", "not filtered: too short")
    assert math.isnan(report.effective_hz)


def test_cutoff_near_half_the_frame_rate_is_refused() -> None:
    time = np.arange(100) / 15
    values = np.random.default_rng(2).normal(0, 5, (100, 1, 2))
    filtered, report = filter_butterworth(values, time, 6.5)
    np.testing.assert_array_equal(filtered, values)
    assert report.kind == "none"
    assert report.note == "not filtered: a cut-off of 6.5 Hz needs more frames/s; this clip allows 6.0 Hz"


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_pictures_are_not_filtered(frames: int) -> None:
    values = np.ones((frames, 2, 2))
    filtered, report = filter_butterworth(values, np.arange(frames) / 30, 6.0)
    np.testing.assert_array_equal(filtered, values)
    assert report.note == "not filtered: too few frames"


def test_all_missing_stays_missing() -> None:
    filtered, report = filter_butterworth(np.full((50, 2, 2), np.nan), np.arange(50) / 30, 6.0)
    assert np.isnan(filtered).all()
    assert report.kind == "none"


@pytest.mark.parametrize(("cutoff", "order"), [(0.0, 4), (-1.0, 4), (math.nan, 4), (6.0, 3), (6.0, 0)])
def test_impossible_filters_are_errors(cutoff: float, order: int) -> None:
    with pytest.raises(ValueError, match="cannot design"):
        filter_butterworth(np.ones((50, 1, 2)), np.arange(50) / 30, cutoff, order)


def test_rate_ignores_dropped_frames_and_pauses() -> None:
    steps = np.array([1, 1, 1, 2, 1, 1, 60, 1, 1, 1]) / 30
    assert estimate_rate(np.concatenate([[0], steps.cumsum()])) == pytest.approx(30)

"""Each filter against scipy's, the paper's recursion, or values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import signal
from scipy.interpolate import make_smoothing_spline

from poseapp.kinematics.one_euro import OneEuro, one_euro_cutoff, smooth_one_euro
from poseapp.kinematics.smoothers import (
    fit_gcv_spline,
    replace_outliers,
    savitzky_golay_cutoff,
    smooth_median,
    smooth_savitzky_golay,
    window_frames,
)


def sine(time: np.ndarray, hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hz * time)


def through(values: np.ndarray, time: np.ndarray, hz: float) -> float:
    """Return the amplitude of a frequency in the middle half of a series."""
    part = slice(len(time) // 4, -len(time) // 4)
    waves = np.stack([np.cos(2 * np.pi * hz * time), sine(time, hz)], axis=1)[part]
    return float(np.hypot(*np.linalg.lstsq(waves, values[part], rcond=None)[0]))


def test_windows_are_odd_and_as_long_as_asked() -> None:
    assert window_frames(0.25, 30.0) == 9  # 8 steps of 1/30 s = 0.27 s
    assert window_frames(0.2, 30.0) == 7
    assert window_frames(0.25, 240.0) == 61
    assert window_frames(0.001, 30.0) == 3


def test_savitzky_golay_is_scipys_and_keeps_a_cubic() -> None:
    x = np.arange(40.0)
    cubic = 2 - 3 * x + 0.5 * x**2 - 0.01 * x**3
    np.testing.assert_allclose(smooth_savitzky_golay(cubic[:, None], 9, 3)[:, 0], cubic, atol=1e-8)
    noise = np.random.default_rng(0).normal(size=(40, 2))
    np.testing.assert_array_equal(smooth_savitzky_golay(noise, 9, 3), signal.savgol_filter(noise, 9, 3, axis=0))


def test_savitzky_golay_of_five_samples_by_hand() -> None:
    # The quadratic of 5 samples weighs them by (-3, 12, 17, 12, -3) / 35 (Savitzky & Golay 1964, table I).
    values = np.array([0.0, 0, 0, 35, 0, 0, 0])[:, None]
    assert smooth_savitzky_golay(values, 5, 2)[2:5, 0] == pytest.approx([12, 17, 12])


@pytest.mark.parametrize(("window", "degree", "rate"), [(9, 3, 30.0), (7, 2, 60.0), (61, 3, 240.0)])
def test_savitzky_golay_lets_root_half_through_at_its_cutoff(window: int, degree: int, rate: float) -> None:
    cutoff = savitzky_golay_cutoff(window, degree, rate)
    time = np.arange(1200) / rate
    smooth = smooth_savitzky_golay(sine(time, cutoff)[:, None], window, degree)[:, 0]
    assert through(smooth, time, cutoff) == pytest.approx(math.sqrt(0.5), abs=2e-3)


def test_median_by_hand() -> None:
    values = np.array([1.0, 9, 2, 3, 8, 4])[:, None]
    # Windows: 1 1 9 | 1 9 2 | 9 2 3 | 2 3 8 | 3 8 4 | 8 4 4
    assert smooth_median(values, 3)[:, 0].tolist() == [1, 2, 3, 3, 4, 4]
    noise = np.random.default_rng(1).normal(size=101)
    np.testing.assert_array_equal(smooth_median(noise[:, None], 5)[2:-2, 0], signal.medfilt(noise, 5)[2:-2])


def test_hampel_by_hand() -> None:
    values = np.array([1.0, 2, 1, 2, 30, 2, 1, 2, 1])[:, None]
    # About 30: 1 2 30 2 1, median 2, deviations 1 0 28 0 1, MAD 1, 28 > 3 * 1.4826: replaced by 2. About the second
    # value: 1 1 2 1 2, median 1, MAD 0, so 2 is replaced by 1; about the fourth: 2 1 2 30 2, and 2 is the median.
    assert replace_outliers(values, 5, 3.0)[:, 0].tolist() == [1, 1, 1, 2, 2, 2, 1, 1, 1]
    clean = np.sin(np.arange(50) / 5)[:, None]
    np.testing.assert_array_equal(replace_outliers(clean, 7, 3.0), clean)


def test_hampel_with_no_threshold_is_the_median() -> None:
    noise = np.random.default_rng(2).normal(size=(60, 2))
    np.testing.assert_array_equal(replace_outliers(noise, 5, 1e-12), smooth_median(noise, 5))


def test_gcv_spline_is_scipys_and_finds_the_movement() -> None:
    rng = np.random.default_rng(3)
    time = np.arange(240) / 60 + rng.uniform(-0.005, 0.005, 240)  # uneven
    truth = 100 * sine(time, 0.8) + 20 * time
    values = truth + rng.normal(0, 3, 240)
    smooth, cutoffs = fit_gcv_spline(values[:, None], time)
    lam = (math.sqrt(2) - 1) * 239 / (time[-1] - time[0]) / (2 * math.pi * cutoffs[0]) ** 4
    np.testing.assert_allclose(smooth[:, 0], make_smoothing_spline(time, values, lam=lam)(time))
    assert np.sqrt(np.mean((smooth[:, 0] - truth) ** 2)) < 1.5  # of noise of 3
    assert 1.5 < cutoffs[0] < 8


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_its_lambda_is_as_good_as_that_of_scipys_own_search(seed: int) -> None:
    time = np.arange(180) / 60
    values = 60 * sine(time, 1.1) + 15 * sine(time, 2.7) + np.random.default_rng(seed).normal(0, 2, 180)
    smooth = fit_gcv_spline(values[:, None], time)[0][:, 0]
    scipys = make_smoothing_spline(np.arange(180.0), values)(np.arange(180.0))
    assert np.sqrt(np.mean((smooth - scipys) ** 2)) < 0.3  # of noise of 2


def test_a_spline_lets_root_half_through_at_its_cutoff() -> None:
    time = np.arange(600) / 60
    values = 10 * sine(time, 1.0) + np.random.default_rng(4).normal(0, 2, 600)
    cutoff = float(fit_gcv_spline(values[:, None], time)[1][0])
    lam = (math.sqrt(2) - 1) * 60 / (2 * math.pi * cutoff) ** 4
    damped = make_smoothing_spline(time, sine(time, cutoff), lam=lam)(time)
    assert through(damped, time, cutoff) == pytest.approx(math.sqrt(0.5), abs=0.02)


def test_a_straight_line_has_nothing_to_smooth() -> None:
    line = np.linspace(0, 5, 30)[:, None]
    smooth, _ = fit_gcv_spline(line, np.arange(30) / 30)
    np.testing.assert_allclose(smooth, line, atol=1e-6)


def papers_one_euro(values: list[float], times: list[float], least: float, beta: float) -> list[float]:
    """The paper's appendix, number by number."""

    def alpha(cutoff: float, te: float) -> float:
        tau = 1.0 / (2 * math.pi * cutoff)
        return 1.0 / (1.0 + tau / te)

    out, speed = [values[0]], 0.0
    for i in range(1, len(values)):
        te = times[i] - times[i - 1]
        dx = (values[i] - out[-1]) / te
        a = alpha(1.0, te)
        speed = a * dx + (1 - a) * speed
        a = alpha(least + beta * abs(speed), te)
        out.append(a * values[i] + (1 - a) * out[-1])
    return out


def test_one_euro_is_the_papers() -> None:
    rng = np.random.default_rng(5)
    times = np.cumsum(rng.uniform(0.01, 0.05, 80))
    values = rng.normal(0, 10, 80).cumsum()
    found = smooth_one_euro(values[:, None], times, 1.2, 0.05)[:, 0]
    np.testing.assert_allclose(found, papers_one_euro(values.tolist(), times.tolist(), 1.2, 0.05))


def test_one_euro_by_hand() -> None:
    live = OneEuro(1.0, 0.0)
    assert live.update(0.0, np.array([0.0])) == pytest.approx([0.0])
    # dt = 1 / (2 pi) s makes tau / dt = 1: half of the new sample counts.
    assert live.update(1 / (2 * math.pi), np.array([4.0])) == pytest.approx([2.0])
    assert live.update(2 / (2 * math.pi), np.array([4.0])) == pytest.approx([3.0])


def test_one_euro_begins_anew_after_a_gap() -> None:
    live = OneEuro(1.0, 0.0)
    live.update(0.0, np.array([0.0, 5.0]))
    assert np.isnan(live.update(0.1, np.array([np.nan, 5.0]))[0])
    assert live.update(0.2, np.array([50.0, 5.0])) == pytest.approx([50.0, 5.0])


def test_one_euro_at_rest_lets_root_half_through_at_its_cutoff() -> None:
    cutoff = one_euro_cutoff(2.0, 60.0)
    time = np.arange(3000) / 60
    smooth = smooth_one_euro(sine(time, cutoff)[:, None], time, 2.0, 0.0)[:, 0]
    assert through(smooth, time, cutoff) == pytest.approx(math.sqrt(0.5), abs=2e-3)

"""How uncertain smoothed values and their velocities are: the uncertainty of what was smoothed, through the filter."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from scipy import signal

from poseapp.core.analysis import FilterReport
from poseapp.core.types import Array, Float64
from poseapp.kinematics.filters import filter_butterworth, pad_length
from poseapp.kinematics.stretches import find_pauses, find_stretches

_COVERAGE = 0.9  # share of what enters a velocity that must be known; the rest is taken to be as uncertain
_UNEVEN = 0.25  # steps of the clock may differ from their median by this share
_REACH = 3.0  # periods of the cut-off after which the filter has forgotten


def compute_velocity_sigma(sigma: Array, time: Float64, report: FilterReport) -> Float64:
    """Return the standard deviation of the velocity of smoothed values, per second, to first order.

    Filter and difference are linear: v(t) = sum over k of h(k) x(t - k), so for errors that are independent from
    frame to frame var v(t) = sum over k of h(k)^2 sigma(t - k)^2 (GUM, JCGM 100:2008, eq. 10). Errors that last
    longer than the filter's period make less of a velocity than this says.

    Args:
        sigma: (T,) or (T, A) standard deviation of the values before the filter; NaN where unknown.
        time: (T,) s.
        report: How the values were smoothed.

    Returns:
        Like sigma; NaN where it is not defined: where sigma is unknown, near the ends of a stretch or a gap, where the
        clock is uneven, and in stretches too short to be filtered.
    """
    return _through_filter(sigma, time, report, differ=True)


def compute_smoothed_sigma(sigma: Array, time: Float64, report: FilterReport) -> Float64:
    """Return the standard deviation of smoothed values, to first order.

    As `compute_velocity_sigma`, without the difference: var y(t) = sum over k of h(k)^2 sigma(t - k)^2 for errors that
    are independent from frame to frame. Errors of a network last longer than that; then smoothing helps less, and the
    sigma before it is the one to trust.
    """
    return _through_filter(sigma, time, report, differ=False)


def _through_filter(sigma: Array, time: Float64, report: FilterReport, *, differ: bool) -> Float64:
    sigma = np.asarray(sigma, dtype=np.float64)
    found = np.full(sigma.shape, np.nan)
    if len(sigma) < 3 or report.rate_hz <= 0:
        return found
    kernel = impulse_answer(replace(report, rate_hz=round(report.rate_hz, 3), note="", detail=""))
    if differ:
        kernel = np.convolve(kernel, [0.5, 0.0, -0.5]) * round(report.rate_hz, 3)
    weights = kernel**2
    butterworth = report.kind == "butterworth"
    least = pad_length(report.requested_hz, report.order, report.rate_hz) if butterworth else 2
    pauses = find_pauses(time)
    for column, out in zip(np.atleast_2d(sigma.T), np.atleast_2d(found.T), strict=True):
        for start, stop in find_stretches(np.isfinite(column), pauses):
            if stop - start > least and _is_even(time[start:stop]):
                out[start:stop] = _spread(column[start:stop], weights)
    return found


@lru_cache(maxsize=16)
def impulse_answer(report: FilterReport) -> Float64:
    """Return h(k) for k = -reach .. reach: what a filter makes of one frame.

    Of Butterworth and Savitzky-Golay filters exactly; of the GCV spline and the Kalman smoother as they treat frames
    that are equally sure; [1], which is an upper bound, of those whose answer depends on the values (median, Hampel,
    One-Euro).
    """
    if report.kind == "savitzky-golay":
        return np.asarray(signal.savgol_coeffs(report.window, report.degree), dtype=np.float64)
    known = math.isfinite(report.effective_hz)
    if report.kind not in ("butterworth", "gcv-spline", "kalman") or not known:
        return np.ones(1)
    rate, cutoff = report.rate_hz, report.effective_hz
    reach = max(1, round(_REACH * rate / cutoff))
    if report.kind == "butterworth":
        impulse = np.zeros((4 * reach + 3, 1))
        impulse[2 * reach + 1] = 1.0
        answer, _ = filter_butterworth(impulse, np.arange(len(impulse)) / rate, report.requested_hz, report.order)
        return answer[reach + 1 : 3 * reach + 2, 0]
    frequency = np.fft.rfftfreq(8 * reach, 1 / rate)
    response = 1 / (1 + (math.sqrt(2) - 1) * (frequency / cutoff) ** report.order)
    answer = np.fft.fftshift(np.fft.irfft(response))
    return np.asarray(answer[3 * reach : 5 * reach + 1])


def _spread(sigma: Float64, weights: Float64) -> Float64:
    reach = len(weights) // 2
    inside = slice(reach, reach + len(sigma))
    variance = np.convolve(sigma**2, weights)[inside]
    coverage = np.convolve(np.ones(len(sigma)), weights)[inside] / weights.sum()
    known = coverage >= _COVERAGE
    return np.where(known, np.sqrt(variance / np.where(known, coverage, 1.0)), np.nan)


def _is_even(time: Float64) -> bool:
    steps = np.diff(time)
    middle = float(np.median(steps))
    return bool(np.abs(steps - middle).max() <= _UNEVEN * middle)

"""How uncertain a velocity is: the uncertainty of the positions, through the filter and the difference."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

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
    sigma = np.asarray(sigma, dtype=np.float64)
    found = np.full(sigma.shape, np.nan)
    if len(sigma) < 3 or report.rate_hz <= 0:
        return found
    weights = _weights(report.kind == "butterworth", report.requested_hz, report.order, round(report.rate_hz, 3))
    least = pad_length(report.requested_hz, report.order, report.rate_hz) if report.kind == "butterworth" else 2
    pauses = find_pauses(time)
    for column, out in zip(np.atleast_2d(sigma.T), np.atleast_2d(found.T), strict=True):
        for start, stop in find_stretches(np.isfinite(column), pauses):
            if stop - start > least and _is_even(time[start:stop]):
                out[start:stop] = _spread(column[start:stop], weights)
    return found


@lru_cache(maxsize=16)
def _weights(filtered: bool, cutoff_hz: float, order: int, rate: float) -> Float64:
    """Return h(k)^2, 1/s^2, for k = -reach .. reach, from the answer of filter and central difference to one frame."""
    reach = max(1, round(_REACH * rate / cutoff_hz)) if filtered else 1
    impulse = np.zeros((4 * reach + 3, 1))
    impulse[2 * reach + 1] = 1.0
    if filtered:
        impulse, _ = filter_butterworth(impulse, np.arange(len(impulse)) / rate, cutoff_hz, order)
    answer = (impulse[2:, 0] - impulse[:-2, 0]) * rate / 2
    return np.asarray(answer[reach : 3 * reach + 1] ** 2)


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

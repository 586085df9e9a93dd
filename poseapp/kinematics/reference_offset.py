"""How far the clock of a reference is from that of a clip, as their curves tell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from poseapp.core.circle import unwrap_degrees
from poseapp.core.types import Float64
from poseapp.kinematics.reference import resample_curve

_COARSE = 0.04  # s, step of the first search
_MOST_ROWS = 8000  # looked at: in longer clips the first step is greater
_FINE = 8  # steps of a frame of the second
_LEAST_OVERLAP = 0.6  # of the shorter of both
_STILL = 0.5  # degrees, standard deviation below which nothing moves
_APART = 0.3  # s: nearer than that is the same fit


@dataclass(frozen=True)
class OffsetFit:
    """What has to be added to the times of a reference.

    Attributes:
        offset: s, with the greatest correlation.
        correlation: Pooled over all angles, each about its own mean: those that move most count most.
        rival: s, the best that is not beside it, such as a step earlier; NaN for none.
        rival_correlation: There.
    """

    offset: float
    correlation: float
    rival: float
    rival_correlation: float


@dataclass(frozen=True)
class Curves:
    """Angles (N, A) degrees at `time` (N,) s, rising; NaN = missing."""

    time: Float64
    values: Float64


def find_offset(reference: Curves, measured: Curves, periods: Float64) -> OffsetFit | None:
    """Return the offset at which both correlate best; None where they are too short or nothing moves.

    All offsets are looked at, at which at least 60 % of the shorter one overlaps: first in steps of 40 ms, then around
    the best in steps of an eighth of a frame. Who walks evenly fits a step earlier, too: that is the rival.

    Args:
        periods: (A,) degrees of a turn.
    """
    longest = max((float(np.ptp(curves.time)) for curves in (reference, measured) if len(curves.time)), default=0.0)
    step = max(_COARSE, longest / _MOST_ROWS)
    one, other = _even(reference, periods, step), _even(measured, periods, step)
    least = max(3, math.ceil(_LEAST_OVERLAP * min(len(one.time), len(other.time))))
    if min(len(one.time), len(other.time)) < least:
        return None
    lags = np.arange(least - len(one.time), len(other.time) - least + 1)
    fits = np.array([_fit(one.values, other.values, int(lag)) for lag in lags])
    if not np.isfinite(fits).any():
        return None
    best = int(np.nanargmax(fits))
    away = np.where(np.abs(lags - lags[best]) * step < _APART, np.nan, fits)
    tops = np.flatnonzero(_is_top(away))
    rival = int(tops[np.argmax(away[tops])]) if len(tops) else -1
    start = float(other.time[0] - one.time[0])
    offset, correlation = _refined(reference, measured, periods, start + float(lags[best]) * step, step)
    if rival < 0:
        return OffsetFit(offset, correlation, math.nan, math.nan)
    return OffsetFit(offset, correlation, start + float(lags[rival]) * step, float(away[rival]))


def _even(curves: Curves, periods: Float64, step: float) -> Curves:
    """Return curves at even times, unwrapped."""
    if not len(curves.time):
        return curves
    grid = np.arange(curves.time[0], curves.time[-1] + step / 2, step)
    columns = [
        resample_curve(curves.time, v, grid, float(p)) for v, p in zip(curves.values.T, periods.tolist(), strict=True)
    ]
    return Curves(grid, unwrap_degrees(np.column_stack(columns), periods))


def _fit(one: Float64, other: Float64, lag: int) -> float:
    """Return the pooled correlation of one (N, A), moved by `lag` rows, with another (M, A)."""
    start, stop = max(0, lag), min(len(other), len(one) + lag)
    return _pooled(one[start - lag : stop - lag], other[start:stop])


def _pooled(one: Float64, other: Float64) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    n = np.maximum(both.sum(axis=0), 1)
    a, b = np.where(both, one, 0.0), np.where(both, other, 0.0)
    a, b = (np.where(both, v - v.sum(axis=0) / n, 0.0) for v in (a, b))
    sizes = float((a * a).sum()), float((b * b).sum())
    moves = min(sizes) > _STILL**2 * float(both.sum())
    enough = both.sum(axis=0).max() >= _LEAST_OVERLAP * len(one)
    return float((a * b).sum()) / math.sqrt(sizes[0] * sizes[1]) if moves and enough else math.nan


def _is_top(values: Float64) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return where a value is a maximum among its neighbours."""
    padded = np.pad(np.nan_to_num(values, nan=-np.inf), 1, constant_values=-np.inf)
    middle = padded[1:-1]
    return np.asarray((middle > padded[:-2]) & (middle >= padded[2:]) & np.isfinite(values))


def _refined(reference: Curves, measured: Curves, periods: Float64, about: float, coarse: float) -> tuple[float, float]:
    step = float(np.median(np.diff(measured.time))) / _FINE
    reach = math.ceil(coarse / step)
    seen = unwrap_degrees(measured.values, periods)
    found = []
    for offset in (about + np.arange(-reach, reach + 1) * step).tolist():
        columns = [
            resample_curve(reference.time + offset, v, measured.time, float(p))
            for v, p in zip(reference.values.T, periods.tolist(), strict=True)
        ]
        found.append((_pooled(unwrap_degrees(np.column_stack(columns), periods), seen), offset))
    correlation, offset = max((pair for pair in found if pair[0] == pair[0]), default=(math.nan, about))
    return offset, correlation

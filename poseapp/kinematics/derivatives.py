"""Rates of change from real timestamps."""

from __future__ import annotations

import numpy as np

from poseapp.core.circle import wrap_degrees
from poseapp.core.types import Array, Float64
from poseapp.kinematics.stretches import find_pauses


def compute_velocity(values: Array, time: Float64) -> Float64:
    """Differentiate values (T, ...) by time (T,) s, second order inside a continuous stretch, first at its ends.

    The formula is `numpy.gradient`'s for uneven spacing. NaN where the value is missing or stands alone; nothing is
    differentiated across a missing value or a pause of the clock.
    """
    return _differentiate(np.asarray(values, dtype=np.float64), time, None)


def compute_angular_velocity(angles: Array, time: Float64, periods: Array) -> Float64:
    """Differentiate wrapped angles (T, A), degrees, on their circle of `periods` (A,), into degrees/s.

    A step is read as the shorter way round, so the jump from +180 to -180 is no motion; NaN as `compute_velocity`.
    """
    return _differentiate(np.asarray(angles, dtype=np.float64), time, np.asarray(periods, dtype=np.float64))


def _differentiate(values: Float64, time: Float64, periods: Float64 | None) -> Float64:
    rate = np.full(values.shape, np.nan)
    if len(values) < 2:
        return rate
    tall = (-1,) + (1,) * (values.ndim - 1)
    step = np.diff(time).reshape(tall)
    change = np.diff(values, axis=0)
    if periods is not None:
        change = wrap_degrees(change, periods)
    slope = change / step
    slope[find_pauses(time)[1:]] = np.nan
    nothing = np.full((1, *values.shape[1:]), np.nan)
    before, after = np.concatenate([nothing, slope]), np.concatenate([slope, nothing])
    ends = np.zeros((1, *step.shape[1:]))
    h_before, h_after = np.concatenate([ends, step]), np.concatenate([step, ends])
    centred = (h_before * after + h_after * before) / (h_before + h_after)
    one_sided = np.where(np.isnan(before), after, before)
    return np.asarray(np.where(np.isnan(before) | np.isnan(after), one_sided, centred))

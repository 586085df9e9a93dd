"""Arithmetic on angles, which wrap: +180 and -180 degrees are one direction."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Float64 = npt.NDArray[np.float64]


def wrap_degrees(values: npt.NDArray[Any], period: npt.NDArray[Any] | float) -> Float64:
    """Wrap degrees (..., A) to [-period / 2, period / 2); NaN stays."""
    period = np.asarray(period, dtype=np.float64)
    half = period / 2
    wrapped = values - period * np.floor((values + half) / period)  # several times as fast as numpy.mod
    # Rounding can lead over either border from just inside it.
    return np.asarray(np.where((wrapped >= half) | (wrapped < -half), -half, wrapped), dtype=np.float64)


def unwrap_degrees(values: npt.NDArray[Any], periods: npt.NDArray[Any]) -> Float64:
    """Remove the jumps of wrapped angles (T, A) by whole periods (A,), for ranges and drawing.

    Missing samples are passed over; the median of the result lies in [-period / 2, period / 2).
    """
    unwrapped = np.array(values, dtype=np.float64)
    for column, period in zip(unwrapped.T, np.asarray(periods, dtype=np.float64), strict=True):
        valid = np.isfinite(column)
        if valid.any():
            series = np.unwrap(column[valid], period=period)
            middle = np.median(series)
            column[valid] = series - (middle - wrap_degrees(middle, period))
    return unwrapped

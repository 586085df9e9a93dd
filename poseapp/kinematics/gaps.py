"""Short gaps of keypoints are interpolated and flagged, long ones stay missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

from poseapp.core.types import Array, Float64
from poseapp.kinematics.stretches import Bools, find_present

Indices = npt.NDArray[np.intp]

# Frames of equal spacing must not fall to either side of the limit by the rounding of their timestamps.
_SLACK_S = 1e-6


def fill_gaps(
    values: Array, time: Float64, max_seconds: float, *, blocked: Bools | None = None
) -> tuple[Float64, Bools]:
    """Interpolate gaps by PCHIP (Fritsch & Butland 1984): smooth, and never beyond the two samples around the gap.

    A gap is as long as the time between the samples that enclose it, whatever the number of frames. Nothing is
    extrapolated before the first or after the last sample.

    Args:
        values: (T, K, 2) px; a keypoint is missing where either coordinate is NaN.
        time: (T,) s, increasing.
        max_seconds: Longer gaps stay NaN.
        blocked: (T, K) samples that must stay missing; a gap that holds one is not filled at all.

    Returns:
        (T, K, 2) filled copy, and (T, K) True where a value was interpolated.
    """
    filled_values = np.array(values, dtype=np.float64)
    present = find_present(filled_values)
    filled = _fillable(present, time, max_seconds)
    if blocked is not None:
        filled &= ~_beside_blocked(present, blocked)
    for k in np.flatnonzero(filled.any(axis=0)):
        gap = np.flatnonzero(filled[:, k])
        near = _near(np.flatnonzero(present[:, k]), gap)
        filled_values[gap, k] = PchipInterpolator(time[near], filled_values[near, k])(time[gap])
    return filled_values, filled


def _near(known: Indices, gap: Indices) -> Indices:
    """Return the two known samples on each side of each missing one: all that PCHIP looks at."""
    after = np.searchsorted(known, gap)
    needed = (after[:, None] + np.array([-2, -1, 0, 1])).clip(0, len(known) - 1)
    return np.asarray(known[np.unique(needed)])


def _fillable(present: Bools, time: Float64, max_seconds: float) -> Bools:
    previous, following = _neighbours(present)
    enclosed = ~present & (previous >= 0) & (following < len(time))
    span = time[np.minimum(following, len(time) - 1)] - time[np.maximum(previous, 0)]
    return np.asarray(enclosed & (span <= max_seconds + _SLACK_S))


def _beside_blocked(present: Bools, blocked: Bools) -> Bools:
    """Return (T, K) True in gaps that hold a blocked sample."""
    previous, following = _neighbours(present)
    count = np.concatenate([np.zeros((1, blocked.shape[1]), dtype=np.intp), blocked.cumsum(axis=0)])
    columns = np.arange(blocked.shape[1])
    return np.asarray(count[following, columns] > count[previous + 1, columns])


def _neighbours(present: Bools) -> tuple[Array, Array]:
    """Return the index of the last present sample up to (-1: none) and the first from (T: none) each one, (T, K)."""
    T = len(present)
    rows = np.arange(T)[:, None]
    previous = np.maximum.accumulate(np.where(present, rows, -1), axis=0)
    following = np.minimum.accumulate(np.where(present, rows, T)[::-1], axis=0)[::-1]
    return previous, following

"""Runs a filter over each continuous stretch of each keypoint, on an even grid of time where it needs one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.interpolate import CubicSpline

from poseapp.core.types import Float64
from poseapp.kinematics.stretches import Bools, find_pauses, find_present, find_stretches


@dataclass(frozen=True)
class Place:
    """Where a stretch comes from: frames start .. stop of these columns."""

    start: int
    stop: int
    members: list[int]


@dataclass
class Tally:
    """How many stretches were filtered and how many left as they are, and whether any was resampled."""

    done: int = 0
    skipped: int = 0
    uneven: bool = False


class StretchFilter(Protocol):
    """Smooths one stretch of some columns that are missing together."""

    def __call__(self, part: Float64, time: Float64, place: Place, /) -> tuple[Float64 | None, bool]:
        """Return part (n, M, C) smoothed, None where the stretch is too short, and whether it was resampled."""
        ...


@dataclass(frozen=True)
class OnEvenGrid:
    """A filter for even samples, which uneven ones are resampled for, and back, by cubic splines.

    Attributes:
        rate: Frames/s of the grid.
        fits: (samples, frames, rate) tells whether a stretch is long enough.
        apply: Smooths (n, m) at a rate.
    """

    rate: float
    fits: Callable[[int, int, float], bool]
    apply: Callable[[Float64, float], Float64]

    def __call__(self, part: Float64, time: Float64, _place: Place, /) -> tuple[Float64 | None, bool]:
        """Filter a stretch as `StretchFilter` says."""
        n = len(part)
        if n < 3:
            return None, False
        flat = part.reshape(n, -1)
        duration = time[-1] - time[0]
        even = is_even(time, (n - 1) / duration)
        count = n if even else round(duration * self.rate) + 1
        own_rate = round((count - 1) / duration, 3)
        if not self.fits(count, n, own_rate):
            return None, False
        if even:
            return self.apply(flat, own_rate).reshape(part.shape), False
        grid = np.linspace(time[0], time[-1], count)
        smooth = self.apply(CubicSpline(time, flat)(grid), own_rate)
        return np.asarray(CubicSpline(grid, smooth)(time)).reshape(part.shape), True


def filter_stretches(columns: Float64, time: Float64, smooth: StretchFilter) -> Tally:
    """Filter columns (T, M, C) in place; values across the last axis are missing together."""
    pauses = find_pauses(time)
    valid = find_present(columns)
    tally = Tally()
    for members in _groups(valid):
        for start, stop in find_stretches(valid[:, members[0]], pauses):
            part = columns[start:stop, members]
            made, resampled = smooth(part, time[start:stop], Place(start, stop, members))
            if made is None:
                tally.skipped += len(members)
                continue
            columns[start:stop, members] = made
            tally.done += len(members)
            tally.uneven |= resampled
    return tally


def estimate_rate(time: Float64) -> float:
    """Return the frame rate, frames/s, of the densely sampled part of (T,) s; 0 for fewer than two frames.

    The mean of the short steps: the rounding of timestamps averages out, dropped frames and pauses do not count.
    """
    if len(time) < 2:
        return 0.0
    steps = np.diff(time)
    short = float(np.quantile(steps, 0.1))
    return float(1 / steps[steps <= 1.5 * short].mean())


def is_even(time: Float64, rate: float) -> bool:
    """Tell whether (n,) s lie on an even grid, but for a container's rounding to milliseconds."""
    grid = np.linspace(time[0], time[-1], len(time))
    return bool(np.abs(time - grid).max() <= min(1e-3, 0.25 / rate))


def note_of(tally: Tally, rate: float) -> str:
    """Return what a reader must know of how a filter ran, "" when nothing."""
    notes = []
    if tally.uneven:
        notes.append(f"uneven timestamps, resampled to {rate:.2f} frames/s and back")
    if tally.skipped and not tally.done:
        notes.append("not filtered: too short")
    elif tally.skipped:
        total = tally.done + tally.skipped
        notes.append(f"{tally.skipped} of {total} keypoint stretches are too short and were left unfiltered")
    return "; ".join(notes)


def _groups(valid: Bools) -> list[list[int]]:
    """Return the columns of (T, M) with equal missing samples, together: one pass of the filter for each group."""
    packed = np.packbits(valid, axis=0)
    groups: dict[bytes, list[int]] = {}
    for column in range(valid.shape[1]):
        groups.setdefault(packed[:, column].tobytes(), []).append(column)
    return list(groups.values())

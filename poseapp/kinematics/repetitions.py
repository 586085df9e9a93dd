"""Repetitions of an exercise, such as squats: the peaks of an angle, and where the movement begins and ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from poseapp.core.circle import unwrap_degrees
from poseapp.core.items import Event
from poseapp.core.types import Array, Float64
from poseapp.kinematics.events_gait import noise_of
from poseapp.kinematics.stretches import find_stretches

START, PEAK, END = "start", "peak", "end"
BOTTOM = "bottom"  # what the peak of a squat is called
LEAST_DEGREES = 12.0  # of a repetition
LEAST_SHARE = 0.4  # of the range of the curve: small movements between large ones are no repetitions
NOISE_FACTOR = 8.0
LEAST_SECONDS = 0.3  # between two repetitions
ONSET = 0.08  # of the rise to a peak: less is rest


@dataclass(frozen=True)
class Repetition:
    """Frames in which a repetition begins, is farthest, and ends, and how far it goes from rest, degrees."""

    start: int
    peak: int
    stop: int
    depth: float


def find_repetitions(
    values: Array, time: Float64, *, least: float = LEAST_DEGREES, period: float = math.inf
) -> tuple[Repetition, ...]:
    """Find the peaks of an angle that stand out of its noise and of what happens between them.

    Args:
        values: (T,) degrees, smoothed, larger = farther; NaN = missing. No repetition reaches over a missing sample.
        time: (T,) s, increasing.
        least: Degrees from rest to peak.
        period: After which a wrapped angle is the same again.

    A repetition begins in the last frame before its peak in which the angle has done less than 8 % of the rise from
    the lowest value since the peak before, and ends likewise.
    """
    curve = np.asarray(values, dtype=np.float64)
    if math.isfinite(period):
        curve = unwrap_degrees(curve[:, None], np.array([period]))[:, 0]
    known = curve[np.isfinite(curve)]
    if len(known) < 5:
        return ()
    low, high = np.quantile(known, (0.02, 0.98))
    prominence = max(least, LEAST_SHARE * float(high - low), NOISE_FACTOR * noise_of(curve))
    distance = max(1, round(LEAST_SECONDS / float(np.median(np.diff(time)))))
    made: list[Repetition] = []
    for first, last in find_stretches(np.isfinite(curve), np.zeros(len(curve), dtype=np.bool_)):
        if last - first < 5:
            continue
        part = curve[first:last]
        peaks, _ = find_peaks(part, prominence=prominence, distance=distance)
        made += [_moved(r, first) for r in _bounded(part, peaks)]
    return tuple(made)


def _bounded(curve: Float64, peaks: Array) -> list[Repetition]:
    """Return the repetitions about peaks, each between the valleys beside it."""
    edges = [0, *(int(p) for p in peaks), len(curve) - 1]
    made = []
    for before, peak, after in zip(edges, edges[1:], edges[2:], strict=False):
        down, up = curve[before : peak + 1], curve[peak : after + 1]
        start = before + _last_below(down, ONSET)
        stop = peak + len(up) - 1 - _last_below(up[::-1], ONSET)
        made.append(Repetition(start, peak, stop, float(curve[peak] - max(down.min(), up.min()))))
    return made


def _last_below(rise: Float64, share: float) -> int:
    """Return the last place of a curve that ends at its peak where less than a share of the rise is done."""
    return int(np.flatnonzero(rise <= rise.min() + share * (rise[-1] - rise.min()))[-1])


def _moved(one: Repetition, by: int) -> Repetition:
    return Repetition(one.start + by, one.peak + by, one.stop + by, one.depth)


def events_of(
    repetitions: tuple[Repetition, ...], *, person: int, peak: str = PEAK, side: str = ""
) -> tuple[Event, ...]:
    """Return where each begins, is farthest and ends; where one ends and the next begins in a frame, it begins."""
    made: dict[tuple[int, str], Event] = {}
    for one in repetitions:
        for frame, name in ((one.start, START), (one.peak, peak), (one.stop, END)):
            made[frame, name] = Event(frame, name, person, side)
    return tuple(event for _, event in sorted(made.items()))

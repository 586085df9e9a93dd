"""Jumps: take-off, landing, the time in the air and the height that follows from it.

Who is in the air rises and falls like a thrown stone: after half the flight time t the vertical speed is 0, so the
middle of the body rises by h = g t^2 / 8 (Bosco, Luhtanen & Komi, Eur J Appl Physiol 50, 1983, 273-282), if it lands
as stretched as it took off. A time is known to the frame only, which says how well the height is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from poseapp.core.items import Event
from poseapp.core.movement import Jump
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64
from poseapp.kinematics.events_gait import noise_of
from poseapp.kinematics.gait_numbers import frame_time_sigma
from poseapp.kinematics.stretches import find_stretches

TAKE_OFF, LANDING = "take-off", "landing"
GRAVITY = 9.81  # m/s^2
SHORTEST_S, LONGEST_S = 0.1, 1.2  # 1.2 cm and 1.8 m
LEAST_RISE = 0.1  # of the leg's length, of the hips during the flight
SEEN_SIGMA_S = 0.003  # of a time in the air, from keypoints that are off by a px: docs/measurement.md
CLEAR = 0.035  # of the leg's length, of both feet over the floor: 3 cm
_NOISE = 5.0
_LEAST_FRAMES = 5  # in the air, for a parabola
_MOST_SHIFT_S = 0.08  # by which it may lengthen the flight at either end
_FEET = ("big_toe", "toe", "foot_index", "heel", "ankle")


def find_jumps(xy: Array, time: Float64, skeleton: Skeleton, *, person: int = -1) -> tuple[Event, ...]:
    """Find where both feet leave the floor and come back.

    Args:
        xy: (T, K, 2) px, unfiltered: a filter smears the moment of leaving. NaN = missing.
        time: (T,) s. skeleton: K keypoints with feet or ankles, and hips. person: Whom the events are about.

    Returns:
        Take-offs and landings in pairs, none where the hips do not rise with the feet.
    """
    names = [name for name in _FEET if skeleton.has(f"right_{name}") and skeleton.has(f"left_{name}")]
    if not names or not skeleton.has("mid_hip") or len(time) < 8:
        return ()
    used = [name for name in names if name != "ankle"] or names
    low = np.stack([np.asarray(skeleton.point(xy, f"{side}_{name}")[..., 1], np.float64)
                    for side in ("right", "left") for name in used])  # fmt: skip
    lowest = low.max(axis=0)  # y points down; NaN where a point is missing
    hip = np.asarray(skeleton.point(xy, "mid_hip")[..., 1], np.float64)
    known = np.isfinite(lowest) & np.isfinite(hip)
    if known.sum() < 8:
        return ()
    leg = float(np.nanquantile(np.abs(lowest - hip), 0.9))
    noise = noise_of(lowest)
    threshold = max(CLEAR * leg, _NOISE * noise)
    floor = _floor(lowest, known, time, threshold)
    air = known & (floor - lowest > threshold)
    made: list[Event] = []
    for start, stop in find_stretches(air, np.zeros(len(air), dtype=np.bool_)):
        if _is_jump((start, stop), hip, known, time, leg):
            first, last = _thrown(floor - lowest, (start, stop), time)
            made += [Event(first, TAKE_OFF, person), Event(last, LANDING, person)]
    return tuple(made)


def _floor(lowest: Float64, known: Array, time: Float64, threshold: float) -> Float64:
    """Return (T,) px, where the floor is under the person: where the feet usually are within 1.5 s, when they stand."""
    made = np.full(len(lowest), np.nan)
    for i in np.flatnonzero(known):
        near = slice(*np.searchsorted(time, (time[i] - 1.5, time[i] + 1.5)))
        part = lowest[near]
        part = part[np.isfinite(part)]
        made[i] = np.median(part[np.quantile(part, 0.8) - part < threshold])
    return made


def _is_jump(span: tuple[int, int], hip: Float64, known: Array, time: Float64, leg: float) -> bool:
    start, stop = span
    if start < 2 or stop > len(time) - 2 or not known[start - 1 : stop + 1].all():
        return False
    if not SHORTEST_S <= time[stop] - time[start] <= LONGEST_S:
        return False
    rise = max(hip[start - 1], hip[stop]) - hip[start:stop].min()
    return bool(rise > LEAST_RISE * leg * min(1.0, (time[stop] - time[start]) / 0.35) ** 2)


def _thrown(clearance: Float64, span: tuple[int, int], time: Float64) -> tuple[int, int]:
    """Return the first frame in the air and the first on the floor.

    The feet were off the floor, by less than can be told, before they were seen to be: the parabola through their
    height in the air says when, as they fly like the body does. Where it does not fit, the frames that were seen.
    """
    start, stop = span
    if stop - start < _LEAST_FRAMES:
        return span
    middle = float(time[start:stop].mean())
    a, b, c = np.polyfit(time[start:stop] - middle, clearance[start:stop], 2)
    inside = b * b - 4 * a * c
    if a >= 0 or inside <= 0:
        return span
    low, high = sorted((-b + sign * math.sqrt(inside)) / (2 * a) + middle for sign in (1, -1))
    if abs(low - time[start]) > _MOST_SHIFT_S or abs(high - time[stop]) > _MOST_SHIFT_S:
        return span
    return int(np.searchsorted(time, low)), int(np.searchsorted(time, high))


def jumps_of(events: Iterable[Event], time: Float64, person: int) -> tuple[Jump, ...]:
    """Return the jumps that take-offs and landings of a person make, whoever marked them; `time` (T,) s."""
    marked = sorted((e.frame, e.name) for e in events
                    if e.name in (TAKE_OFF, LANDING) and e.person in (person, -1) and e.frame < len(time))  # fmt: skip
    made = []
    for (start, first), (stop, second) in pairwise(marked):
        if (first, second) == (TAKE_OFF, LANDING) and 0 < time[stop] - time[start] <= LONGEST_S:
            flight = float(time[stop] - time[start])
            sigma = GRAVITY * flight / 4 * math.hypot(frame_time_sigma(time), SEEN_SIGMA_S)  # dh/dt = g t / 4
            made.append(Jump(start, stop, flight, GRAVITY * flight**2 / 8, sigma))
    return tuple(made)


def describe_jump(jump: Jump, time: Float64) -> str:
    """Return a jump in one sentence."""
    rate = 1 / float(np.median(np.diff(time))) if len(time) > 1 else math.nan
    return (
        f"In the air for {jump.flight:.3f} s: {100 * jump.height:.1f} ± {100 * 1.96 * jump.sigma:.1f} cm high "
        f"(g t²/8; 95 %, from {rate:.4g} frames/s)."
    )

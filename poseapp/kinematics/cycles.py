"""Movements that repeat: cut at events, brought to one length, averaged.

A cycle lasts from one event to the next of its kind and is told in percent of its own duration, 0 .. 100 % in 101
points (Winter, Biomechanics and Motor Control of Human Movement, 4th ed., on ensemble averages of a stride: the
stride is the base of 100 %, whatever it lasts, and the curves of many strides are averaged at each percent).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from poseapp.core.analysis import FacingStretch
from poseapp.core.circle import wrap_degrees
from poseapp.core.items import Event
from poseapp.core.types import Array, Float64, frozen_arrays

N_POINTS = 101
TURN_S = 0.3  # before and after the frame in which somebody faces the other way: steps there are of the turn


@dataclass(frozen=True)
class Cycle:
    """From the event in frame `start` to the next one in frame `stop`: both frames belong to it."""

    start: int
    stop: int


@dataclass(frozen=True)
class CycleMean:
    """What n cycles have in common.

    Attributes:
        mean, sd: (101,), NaN where there is none: sd needs two cycles.
        n: Complete cycles, those that were averaged.
        n_left_out: Cycles with a gap, which were not.
    """

    mean: Float64
    sd: Float64
    n: int
    n_left_out: int

    def __post_init__(self) -> None:
        frozen_arrays(self)


def cut_cycles(frames: Iterable[int], start: int = 0, stop: int | None = None) -> tuple[Cycle, ...]:
    """Return the cycles between neighbouring events that lie wholly in the frames start .. stop (None: no end).

    Events in one frame count once; their order does not matter. n events make n - 1 cycles.
    """
    inside = sorted({f for f in frames if f >= start and (stop is None or f < stop)})
    return tuple(Cycle(a, b) for a, b in pairwise(inside))


def event_frames(events: Iterable[Event], name: str, side: str, person: int) -> list[int]:
    """Return the frames of the events that cut the curves of a side of the body ("left", "right" or "middle").

    Those of this name, about this person or nobody in particular. A side is cut at its own events; where neither
    side has any, at those without a side. The middle of the body is cut at those without a side, else at those of the
    right, else of the left.
    """
    found: dict[str, list[int]] = {"": [], "left": [], "right": []}
    for event in events:
        if event.name == name and event.person in (person, -1):
            found[event.side].append(event.frame)
    if side == "middle":
        return found[""] or found["right"] or found["left"]
    return found[side] if found["left"] or found["right"] else found[""]


def turn_frames(facing: Sequence[FacingStretch]) -> list[int]:
    """Return the frames in which a person begins to face the other way, ascending."""
    return [after.start for before, after in pairwise(facing) if before.direction != after.direction]


def reaches_turn(first: int, last: int, time: Float64, turns: Sequence[int]) -> bool:
    """Tell whether frames first .. last of a clip at times (T,) s reach over one of the turns, or near it."""
    return not clear_of_turns((Cycle(first, last),), time, turns)


def clear_of_turns(cycles: Sequence[Cycle], time: Float64, turns: Sequence[int]) -> tuple[Cycle, ...]:
    """Return the cycles, in frames of a clip at times (T,) s, that reach over none of the turns, or near one.

    Args:
        turns: Frames, ascending.
    """
    if not cycles or not turns:
        return tuple(cycles)
    first, last = (time[[getattr(cycle, end) for cycle in cycles]] for end in ("start", "stop"))
    at = time[list(turns)]
    before = np.searchsorted(at, first - TURN_S, "right")  # turns before a cycle is near them
    until = np.searchsorted(at, last + TURN_S, "left")
    return tuple(cycle for cycle, none in zip(cycles, before == until, strict=True) if none)


def normalise_cycles(
    values: Array, time: Float64, cycles: Sequence[Cycle], *, period: float = math.inf, n_points: int = N_POINTS
) -> Float64:
    """Bring cycles to one length: linear interpolation at equal shares of each cycle's own duration.

    Args:
        values: (T,), NaN where missing.
        time: (T,) s, increasing; need not be even.
        cycles: n cycles within 0 .. T.
        period: Of a wrapped angle, degrees: a jump by a turn is no motion, and all cycles lie on the same turn.
        n_points: 101 for steps of 1 %.

    Returns:
        (n, n_points); a cycle in which any sample is missing is NaN throughout, for what lies in a gap is not known.

    Raises:
        ValueError: A cycle without a duration, or outside the values.
    """
    made = np.full((len(cycles), n_points), np.nan)
    share = np.linspace(0.0, 1.0, n_points)
    middle = math.nan
    for row, cycle in zip(made, cycles, strict=True):
        if not 0 <= cycle.start < cycle.stop < len(values):
            raise ValueError(f"there is no cycle from frame {cycle.start} to {cycle.stop}")
        frames = slice(cycle.start, cycle.stop + 1)
        part, when = np.asarray(values[frames], dtype=np.float64), time[frames]
        if not np.isfinite(part).all():
            continue
        if math.isfinite(period):
            part = np.unwrap(part, period=period)
            here = float(np.median(part))
            middle = float(wrap_degrees(np.asarray(here), period)) if math.isnan(middle) else middle
            part = part - period * np.round((here - middle) / period)
        row[:] = np.interp(when[0] + share * (when[-1] - when[0]), when, part)
    return made


def mean_and_sd(cycles: Array) -> CycleMean:
    """Average normalised cycles (n, m) at each point; the standard deviation is that of a sample (ddof = 1).

    Cycles that `normalise_cycles` found incomplete (NaN) are left out and counted.
    """
    complete = np.isfinite(cycles).all(axis=1)
    used = np.asarray(cycles, dtype=np.float64)[complete]
    n, nothing = len(used), np.full(cycles.shape[1], np.nan)
    return CycleMean(
        mean=used.mean(axis=0) if n else nothing,
        sd=used.std(axis=0, ddof=1) if n > 1 else nothing,
        n=n,
        n_left_out=len(cycles) - n,
    )

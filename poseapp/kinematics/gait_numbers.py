"""What a walk comes to: cadence, stance and swing, step times and lengths of both legs, and how alike they are.

Everything is computed from events, whoever marked them, so that moving an event changes the numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from poseapp.core.items import Event
from poseapp.core.movement import GAIT_MEASURES, GaitName, GaitNumbers, Spread
from poseapp.core.types import Array, Float64
from poseapp.kinematics.cycles import reaches_turn
from poseapp.kinematics.events_gait import SIDES, STRIKE, TOE_OFF, Side

MOST_STRIDE_S = 3.0  # between two strikes of a foot; longer is a pause


@dataclass(frozen=True)
class FootTravel:
    """Where feet and hips are, m, forward positive; None of it where the picture has no scale.

    Attributes:
        feet: By side (T,), heels or ankles. hip: (T,) middle of the hips.
    """

    feet: dict[Side, Float64]
    hip: Float64


def compute_gait_numbers(
    events: Iterable[Event],
    time: Float64,
    person: int,
    *,
    travel: FootTravel | None = None,
    treadmill: bool = False,
    turns: Sequence[int] = (),
) -> GaitNumbers:
    """Compute the numbers of a person's walk.

    Args:
        events: Any; heel strikes and toe-offs with a side, about this person or nobody in particular, count.
        time: (T,) s of the clip's frames, as they were recorded.
        person: Index.
        travel: Positions in metres for lengths and speed, None without a scale: lengths are NaN then.
        treadmill: What the pelvis does not travel, the belt does.
        turns: Frames in which the person turned round: no step and no stride reaches over one, or within 0.3 s of it.
    """
    frames = {(name, side): _frames(events, name, side, person, len(time))
              for name in (STRIKE, TOE_OFF) for side in SIDES}  # fmt: skip
    values: dict[Side, dict[GaitName, list[float]]] = {side: {name: [] for name in GAIT_MEASURES} for side in SIDES}
    other: dict[Side, Side] = {"right": "left", "left": "right"}
    for side in SIDES:
        strikes, offs = frames[STRIKE, side], frames[TOE_OFF, side]
        opposite = frames[STRIKE, other[side]], frames[TOE_OFF, other[side]]
        for start, stop in _strides(strikes, time, turns):
            _add_stride(values[side], (start, stop), offs, opposite, time)
            _add_length(values[side]["stride_length"], _stride_length(travel, side, (start, stop), treadmill=treadmill))
        for strike in strikes:
            before = [f for f in opposite[0] if f < strike and time[strike] - time[f] < MOST_STRIDE_S / 2]
            if (
                before
                and not any(before[-1] < f < strike for f in strikes)
                and not reaches_turn(before[-1], strike, time, turns)
            ):
                values[side]["step_time"].append(float(time[strike] - time[before[-1]]))
                _add_length(values[side]["step_length"], _step_length(travel, side, other[side], strike))
    steps = values["right"]["step_time"] + values["left"]["step_time"]
    strides = [pair for side in SIDES for pair in _strides(frames[STRIKE, side], time, turns)]
    return GaitNumbers(
        right={name: _spread(values["right"][name]) for name in GAIT_MEASURES},
        left={name: _spread(values["left"][name]) for name in GAIT_MEASURES},
        cadence=60 / float(np.mean(steps)) if steps else math.nan,
        speed=_speed(travel, strides, time, values, treadmill=treadmill),
        treadmill=treadmill,
        time_sigma=frame_time_sigma(time),
    )


def frame_time_sigma(time: Float64) -> float:
    """Return the standard deviation, s, of a time between two events that are each known to the frame.

    An event lies anywhere within its frame's duration d: each has d / sqrt(12), their difference d / sqrt(6).
    """
    return float(np.median(np.diff(time))) / math.sqrt(6.0) if len(time) > 1 else math.nan


def _frames(events: Iterable[Event], name: str, side: str, person: int, n_frames: int) -> list[int]:
    mine = (e for e in events if e.person in (person, -1) and e.frame < n_frames)
    return sorted({e.frame for e in mine if (e.name, e.side) == (name, side)})


def _strides(strikes: Sequence[int], time: Float64, turns: Sequence[int]) -> list[tuple[int, int]]:
    """Return (strike, next strike) of a foot, without pauses and turns."""
    pairs = [(a, b) for a, b in pairwise(strikes) if time[b] - time[a] < MOST_STRIDE_S]
    return [(a, b) for a, b in pairs if not reaches_turn(a, b, time, turns)]


def _add_stride(
    values: dict[GaitName, list[float]],
    stride: tuple[int, int],
    offs: Sequence[int],
    opposite: tuple[Sequence[int], Sequence[int]],
    time: Float64,
) -> None:
    """Add what one stride, from strike to strike of one foot, tells."""
    start, stop = stride
    duration = float(time[stop] - time[start])
    values["stride_time"].append(duration)
    own = [f for f in offs if start < f < stop]
    if len(own) != 1:
        return
    stance = float(time[own[0]] - time[start]) / duration * 100
    values["stance"].append(stance)
    values["swing"].append(100 - stance)
    # Both feet are down from a strike to the other foot's toe-off, and from the other's strike to the own toe-off.
    other_off = [f for f in opposite[1] if start <= f < own[0]]
    other_strike = [f for f in opposite[0] if start < f <= own[0]]
    if len(other_off) == 1 and len(other_strike) == 1:
        both = (time[other_off[0]] - time[start]) + (time[own[0]] - time[other_strike[0]])
        values["double_support"].append(float(both) / duration * 100)


def _add_length(values: list[float], length: float) -> None:
    if math.isfinite(length):
        values.append(length)


def _step_length(travel: FootTravel | None, side: Side, other: Side, frame: int) -> float:
    """Return how far the striking foot lies before the other, m."""
    return math.nan if travel is None else float(travel.feet[side][frame] - travel.feet[other][frame])


def _stride_length(travel: FootTravel | None, side: Side, stride: tuple[int, int], *, treadmill: bool) -> float:
    """Return how far a foot comes from strike to strike, m; on a belt only steps are known."""
    if travel is None or treadmill:
        return math.nan
    return abs(float(travel.feet[side][stride[1]] - travel.feet[side][stride[0]]))


def _speed(
    travel: FootTravel | None,
    strides: Sequence[tuple[int, int]],
    time: Float64,
    values: dict[Side, dict[GaitName, list[float]]],
    *,
    treadmill: bool,
) -> float:
    if travel is None:
        return math.nan
    if treadmill:
        lengths, times = ([v for side in SIDES for v in values[side][name]] for name in ("step_length", "step_time"))
        return float(np.mean(lengths) / np.mean(times)) if lengths and times else math.nan
    speeds = [abs(float(travel.hip[b] - travel.hip[a])) / float(time[b] - time[a]) for a, b in strides]
    known = [speed for speed in speeds if math.isfinite(speed)]
    return float(np.mean(known)) if known else math.nan


def _spread(values: Sequence[float]) -> Spread:
    known = np.array(values, dtype=np.float64)
    if not len(known):
        return Spread(math.nan, math.nan, 0)
    return Spread(float(known.mean()), float(known.std(ddof=1)) if len(known) > 1 else math.nan, len(known))


def travel_of(feet: dict[Side, Array], hip: Array, signs: Array) -> FootTravel:
    """Return positions (T, 2) m of feet and hips as travel forward, by the facing (T,) +-1."""
    forward = np.asarray(signs, dtype=np.float64)
    return FootTravel({side: forward * feet[side][:, 0] for side in SIDES}, forward * np.asarray(hip[:, 0], np.float64))

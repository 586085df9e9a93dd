"""Heel strikes and toe-offs from the motion of the feet before and behind the pelvis.

Zeni, Richards & Higginson, Gait & Posture 27(4), 2008, 710-714. Coordinate method: the foot strikes where the heel is
farthest before the sacrum, and leaves where the toe is farthest behind it. Velocity method: where the forward velocity
of the foot changes its sign; over ground, that of the pelvis is subtracted, on a treadmill the belt does so itself.
The middle of the hips stands for the sacrum. A foot without heel and toe in the skeleton, or that is mostly missing,
is told by its ankle: such toe-offs are less sure, for the ankle moves forward while the toe is still on the floor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.signal import find_peaks

from poseapp.core.items import Event
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64
from poseapp.kinematics.stretches import find_pauses, find_present, find_stretches

STRIKE, TOE_OFF = "heel strike", "toe-off"
Method = Literal["coordinate", "velocity"]
Side = Literal["right", "left"]
SIDES: tuple[Side, Side] = ("right", "left")

LEAST_STRIDE_S = 0.4  # of one foot; a sprinter takes 0.45 s
LEAST_PHASE_S = 0.06  # of a foot on the floor or in the air: sprinters touch it for 0.1 s (Weyand et al. 2000)
LEAST_EXCURSION = 0.2  # of the leg's length, of a foot from before to behind the pelvis: the shortest shuffle
NOISE_FACTOR = 6.0  # that excursion over the noise of the curve
MOST_TOGETHER = 0.3  # correlation of the feet: in a walk they go against each other, in a squat together
TREADMILL_TRAVEL = 0.5  # of the leg's length a stride: who travels less walks on a treadmill
_HEELS, _TOES = ("heel",), ("big_toe", "toe", "foot_index")
_PRESENT = 0.6  # of the frames in which a foot is seen, by heel and toe, for them to be used


@dataclass(frozen=True)
class GaitEvents:
    """What was found.

    Attributes:
        events: In order of time, of this person; frames count from the first of the arrays given.
        treadmill: The person walks without travelling in the picture.
        used: Keypoints that told: "heel and toe" or "ankle".
        note: What a reader must know, or why nothing was found; "" when nothing.
    """

    events: tuple[Event, ...]
    treadmill: bool = False
    used: str = ""
    note: str = ""


@dataclass(frozen=True)
class _Foot:
    """Motion (T,) px of one foot, forward positive: what tells strikes (heel) and what tells toe-offs (toe)."""

    side: Side
    heel: Float64
    toe: Float64


def find_gait_events(
    xy: Array,
    time: Float64,
    skeleton: Skeleton,
    signs: Array,
    *,
    person: int = -1,
    method: Method = "coordinate",
) -> GaitEvents:
    """Find heel strikes and toe-offs of one person.

    Args:
        xy: (T, K, 2) px, smoothed; NaN = missing. No event is found beside a missing sample.
        time: (T,) s, increasing.
        skeleton: K keypoints with hips and ankles.
        signs: (T,) +1 where the person faces picture right, -1 left: forward.
        person: Whom the events are about.
        method: Of Zeni et al.

    Returns:
        Events, none where the feet do not go against each other as in a walk (standing, squatting, jumping).
    """
    points, used = _foot_points(xy, skeleton)
    if points is None or not (skeleton.has("mid_hip") and len(time) > 3):
        return GaitEvents((), note="the keypoints have no hips and ankles: no gait events can be found")
    hip = skeleton.point(xy, "mid_hip").astype(np.float64)
    leg = _leg_length(xy, skeleton)
    found: list[Event] = []
    travel: list[float] = []
    apart = False
    for start, stop in _one_way(signs, time):
        part, forward = slice(start, stop), float(signs[start])
        feet = [_foot(points[side], hip, part, forward, side) for side in SIDES]
        if not _go_apart(feet):
            continue
        apart = True
        strides, events = _events_of(feet, hip[part, 0] * forward, time[part], (leg, method, person))
        travel += strides
        found += [Event(event.frame + start, event.name, event.person, event.side) for event in events]
    treadmill = bool(travel) and float(np.median(travel)) < TREADMILL_TRAVEL * leg
    note = _note(found, used, apart=apart)
    return GaitEvents(tuple(sorted(found, key=lambda e: (e.frame, e.name))), treadmill, used, note)


def walks_on_belt(xy: Array, skeleton: Skeleton, strikes: Sequence[Sequence[int]]) -> bool:
    """Tell whether a person (T, K, 2) px stays in the picture from strike to strike of each foot, as on a treadmill."""
    if not skeleton.has("mid_hip"):
        return False
    hip = np.asarray(skeleton.point(xy, "mid_hip")[:, 0], dtype=np.float64)
    travel = [abs(hip[b] - hip[a]) for frames in strikes for a, b in pairwise(frames)]
    known = [value for value in travel if math.isfinite(value)]
    return bool(known) and float(np.median(known)) < TREADMILL_TRAVEL * _leg_length(xy, skeleton)


def _note(found: Sequence[Event], used: str, *, apart: bool) -> str:
    if not found:
        how = "the feet move too little" if apart else "the feet do not swing past each other"
        return f"no steps were found: {how}"
    if used == "ankle":
        return "heels and toes are not known: ankles stood for them, so toe-offs come out early"
    return ""


def _foot_points(xy: Array, skeleton: Skeleton) -> tuple[dict[Side, tuple[Float64, Float64]] | None, str]:
    """Return (heel, toe) px (T, 2) of each side, ankles for both where the feet are not known well enough."""
    heel = next((name for name in _HEELS if skeleton.has(f"right_{name}")), None)
    toe = next((name for name in _TOES if skeleton.has(f"right_{name}")), None)
    if heel is not None and toe is not None:
        points = {s: (_point(xy, skeleton, f"{s}_{heel}"), _point(xy, skeleton, f"{s}_{toe}")) for s in SIDES}
        seen = [find_present(point) for pair in points.values() for point in pair]
        ankles = skeleton.has("right_ankle") and find_present(_point(xy, skeleton, "right_ankle")).mean()
        if min(float(present.mean()) for present in seen) >= _PRESENT * float(ankles or 0.0):
            return points, "heel and toe"
    if not skeleton.has("right_ankle"):
        return None, ""
    return {s: (_point(xy, skeleton, f"{s}_ankle"),) * 2 for s in SIDES}, "ankle"


def _point(xy: Array, skeleton: Skeleton, name: str) -> Float64:
    return np.asarray(skeleton.point(xy, name), dtype=np.float64)


def _leg_length(xy: Array, skeleton: Skeleton) -> float:
    """Return px, the longest that the leg is often seen: hip to ankle, 90th percentile of both sides; NaN for none."""
    lengths = [
        np.linalg.norm(_point(xy, skeleton, f"{s}_hip") - _point(xy, skeleton, f"{s}_ankle"), axis=1) for s in SIDES
    ]
    known = np.concatenate(lengths)
    known = known[np.isfinite(known)]
    return float(np.quantile(known, 0.9)) if len(known) else math.nan


def _one_way(signs: Array, time: Float64) -> list[tuple[int, int]]:
    """Return the stretches (start, stop) without a turn and without a pause of the clock."""
    cuts = find_pauses(time)
    cuts[1:] |= np.diff(np.asarray(signs, dtype=np.float64)) != 0
    return find_stretches(np.ones(len(time), dtype=np.bool_), cuts)


def _foot(points: tuple[Float64, Float64], hip: Float64, part: slice, forward: float, side: Side) -> _Foot:
    heel, toe = (forward * (point[part, 0] - hip[part, 0]) for point in points)
    return _Foot(side, heel, toe)


def _go_apart(feet: Sequence[_Foot]) -> bool:
    """Tell whether the feet go against each other."""
    right, left = (foot.heel for foot in feet)
    known = np.isfinite(right) & np.isfinite(left)
    if known.sum() < 8 or not (right[known].std() > 0 and left[known].std() > 0):
        return False
    return float(np.corrcoef(right[known], left[known])[0, 1]) < MOST_TOGETHER


def _events_of(
    feet: Sequence[_Foot], hip: Float64, time: Float64, how: tuple[float, Method, int]
) -> tuple[list[float], list[Event]]:
    """Return how far the hip travels in each stride, px, and the events of a stretch without a turn."""
    leg, method, person = how
    per_foot = [_extremes_of(foot, time, leg) for foot in feet]
    travel = [abs(hip[b] - hip[a]) for strikes, _ in per_foot for a, b in pairwise(strikes)]
    travel = [value for value in travel if math.isfinite(value)]
    if method == "velocity":
        on_belt = bool(travel) and float(np.median(travel)) < TREADMILL_TRAVEL * leg
        shift = hip if on_belt else np.zeros_like(hip)
        per_foot = [
            (_turning(foot.heel + shift, strikes), _turning(-foot.toe - shift, offs))
            for foot, (strikes, offs) in zip(feet, per_foot, strict=True)
        ]
    made = []
    for foot, (strikes, offs) in zip(feet, per_foot, strict=True):
        made += [Event(int(f), STRIKE, person, foot.side) for f in strikes]
        made += [Event(int(f), TOE_OFF, person, foot.side) for f in offs]
    return travel, made


def _extremes_of(foot: _Foot, time: Float64, leg: float) -> tuple[list[int], list[int]]:
    """Return the frames of the strikes and of the toe-offs of a foot, in alternation."""
    strikes = _peaks(foot.heel, time, leg)
    offs = _peaks(-foot.toe, time, leg)
    return _alternating(strikes, offs, foot, time)


def _peaks(curve: Float64, time: Float64, leg: float) -> list[int]:
    """Return the frames of peaks that stand out of the noise, of the stretches in which the curve is known."""
    found: list[int] = []
    step = float(np.median(np.diff(time)))
    least = max(LEAST_EXCURSION * leg, NOISE_FACTOR * noise_of(curve))
    for start, stop in find_stretches(np.isfinite(curve), np.zeros(len(curve), dtype=np.bool_)):
        if stop - start > 2:
            distance = max(1, round(LEAST_STRIDE_S / step))
            # The height of a peak at the end of a walk is known on one side only: half of it has to do.
            peaks, facts = find_peaks(curve[start:stop], prominence=least / 2, distance=distance)
            both = np.maximum(curve[start:stop][peaks] - _lowest_beside(curve[start:stop], peaks), 0.0)
            found += [int(p) + start for p, rise in zip(peaks, np.maximum(both, facts["prominences"]), strict=True)
                      if rise >= least]  # fmt: skip
    return found


def _lowest_beside(curve: Float64, peaks: Array) -> Float64:
    """Return the lowest value between each peak and its neighbours, or the ends."""
    bounds = [0, *peaks.tolist(), len(curve) - 1]
    return np.array([curve[bounds[i] : bounds[i + 2] + 1].min() for i in range(len(peaks))])


def noise_of(curve: Array) -> float:
    """Return the standard deviation of the noise of a smooth curve (T,), from its second differences.

    Those of white noise have a standard deviation of sqrt(6) times its own; the median of their absolute values is
    not moved by the few that belong to fast motion.
    """
    second = np.diff(np.asarray(curve, dtype=np.float64), n=2)
    second = second[np.isfinite(second)]
    return float(1.4826 * np.median(np.abs(second)) / math.sqrt(6.0)) if len(second) else 0.0


def _alternating(strikes: list[int], offs: list[int], foot: _Foot, time: Float64) -> tuple[list[int], list[int]]:
    """Keep, of events of a kind that follow each other, the most extreme: a foot leaves before it strikes again.

    A strike and a toe-off at almost the same time are neither: heel and toe have changed places there.
    """
    marked = sorted([(f, True) for f in strikes] + [(f, False) for f in offs])
    kept: list[tuple[int, bool]] = []
    for frame, is_strike in marked:
        if kept and kept[-1][1] == is_strike:
            curve = foot.heel if is_strike else -foot.toe
            if curve[frame] > curve[kept[-1][0]]:
                kept[-1] = (frame, is_strike)
        else:
            kept.append((frame, is_strike))
    far = [time[b] - time[a] >= LEAST_PHASE_S for (a, _), (b, _) in pairwise(kept)]
    kept = [mark for mark, before, after in zip(kept, [True, *far], [*far, True], strict=True) if before and after]
    return [f for f, strike in kept if strike], [f for f, strike in kept if not strike]


def _turning(curve: Float64, frames: Sequence[int]) -> list[int]:
    """Return, for each frame, the nearest one at which the velocity of the curve goes from positive to negative."""
    velocity = np.gradient(curve)
    crossing = np.flatnonzero((velocity[:-1] > 0) & (velocity[1:] <= 0))
    made = []
    for frame in frames if len(crossing) else ():
        near = int(crossing[np.argmin(np.abs(crossing - frame))])
        made.append(near if abs(velocity[near]) <= abs(velocity[near + 1]) else near + 1)
    return sorted(set(made))

"""Candidates for an exchange of left and right: both keypoints of a pair jump to where the other one was, and back.

Kept apart from `inference.sides`, which settles the sides of a whole clip by the cheapest path before a person sees it:
this asks, for what is left, where an exchange of a limb would save most of a jump, and does so over whole arrays. A
candidate lies between two such frames; one end alone reaches to where the track begins or ends, whichever is nearer, if
that is near: otherwise one frame is no evidence for so many, and stays a jump to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from poseapp.core.moments import Moment, MomentKind
from poseapp.core.skeleton import Skeleton, counterpart
from poseapp.core.spans import find_runs
from poseapp.core.types import Float64
from poseapp.kinematics import suspicion_rules as rules
from poseapp.kinematics.stretches import Bools, find_pauses
from poseapp.kinematics.suspicion_signs import Evidence

Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Toggle:
    """A frame from which on a limb is exchanged, or no longer is.

    `gain` (N,) is the share that each pair saves by an exchange, NaN where it says nothing.
    """

    frame: int
    gain: Float64

    @property
    def strength(self) -> float:
        return float(np.nanmean(self.gain))


def find_swaps(evidence: Evidence, person: int) -> list[Moment]:
    """Return the candidates of every limb; legs and arms that are exchanged together are one candidate."""
    found = [moment for name, pairs in _limbs(evidence.skeleton) for moment in _of_limb(evidence, person, name, pairs)]
    return _joined(found)


def swapped_pairs(moment: Moment, skeleton: Skeleton) -> Pairs:
    """Return the pairs of keypoints that a candidate says are exchanged."""
    return tuple((k, skeleton.mirror[k]) for k in sorted(moment.keypoints) if k < skeleton.mirror[k])


def _limbs(skeleton: Skeleton) -> Iterator[tuple[str, Pairs]]:
    for limb, names in skeleton.limbs:
        both = [(name, counterpart(name)) for name in names]
        known = [pair for pair in both if set(pair) <= set(skeleton.keypoints)]
        if known:
            yield limb, tuple((skeleton.index(a), skeleton.index(b)) for a, b in known)


def _of_limb(evidence: Evidence, person: int, name: str, pairs: Pairs) -> Iterator[Moment]:
    gain = _gain(evidence, pairs)
    informative = np.isfinite(gain)
    count = informative.sum(axis=1)
    mean = np.where(informative, gain, 0.0).sum(axis=1) / np.maximum(count, 1)
    frames = np.flatnonzero((count > 0) & (mean > rules.SWAP_GAIN)).tolist()
    toggles = [_Toggle(frame, gain[frame]) for frame in frames]
    present: Bools = np.logical_or.reduce(np.isfinite(evidence.xy[:, [k for pair in pairs for k in pair], 0]), axis=1)
    for start, stop, ends in _ranges(toggles, present, evidence.time):
        chosen = [p for i, p in enumerate(pairs) if all(not end.gain[i] < 0 for end in ends)]
        moment = _candidate(evidence, person, name, (start, stop), ends=ends, pairs=tuple(chosen))
        if moment is not None:
            yield moment


def _gain(evidence: Evidence, pairs: Pairs) -> Float64:
    """Return (T, N): the share of a jump's cost that exchanging a pair from a frame on saves; NaN: it says nothing.

    The cost of a jump is `inference.sides`' (Geman & McClure, Bull. ISI 52(4), 1987), off constant velocity.
    """
    now = evidence.xy[:, np.array(pairs)] / evidence.body.unit[:, None, None, None]  # (T, N, side, 2)
    gain = np.full(now.shape[:2], np.nan)
    if len(now) < 3:
        return gain
    speed = np.zeros_like(now[1:])
    speed[1:] = np.nan_to_num(now[1:-1] - now[:-2], nan=0.0)
    path = now[:-1] + rules.SWAP_DAMPING * speed
    straight, crossed = (_jump(now[1:], p) for p in (path, path[:, :, ::-1]))
    apart = np.hypot(*np.moveaxis(now[..., 0, :] - now[..., 1, :], -1, 0))
    with np.errstate(invalid="ignore"):
        near = np.fmin(apart[1:], apart[:-1]) < rules.SWAP_APART
    placed: Bools = np.logical_and.reduce(evidence.trusted[:, np.array(pairs)], axis=2)
    pauses = find_pauses(evidence.time)[1:, None]
    gain[1:] = np.where(near | pauses | (placed[1:] & placed[:-1]), np.nan, straight - crossed)
    return gain


def _jump(xy: Float64, path: Float64) -> Float64:
    """Return (T, N) in 0..1: how far two keypoints (T, N, 2, 2) jump off their path; NaN if one is missing."""
    away = ((xy - path) ** 2).sum(axis=-1)
    return np.asarray((away / (away + rules.SWAP_JUMP**2)).mean(axis=-1))


def _ranges(toggles: list[_Toggle], present: Bools, time: Float64) -> Iterator[tuple[int, int, list[_Toggle]]]:
    """Yield (start, stop, the toggles at its ends): two that are near each other, or one and the nearer end."""
    for begin, end in find_runs(present):
        here = [t for t in toggles if begin < t.frame < end]
        frames = [t.frame for t in here]
        i = 0
        while i < len(here):
            seconds = time[frames[i + 1]] - time[frames[i]] if i + 1 < len(here) else np.inf
            following = time[frames[i + 2]] - time[frames[i + 1]] if i + 2 < len(here) else np.inf
            even = (len(here) - i) % 2 == 0
            if seconds <= rules.SWAP_LONGEST_SECONDS and (even or seconds <= following):
                yield frames[i], frames[i + 1], here[i : i + 2]
                i += 2
                continue
            span = (begin, frames[i]) if frames[i] - begin < end - frames[i] else (frames[i], end)
            if time[span[1] - 1] - time[span[0]] <= rules.SWAP_OPEN_SECONDS:
                yield *span, here[i : i + 1]
            i += 1


def _candidate(
    evidence: Evidence, person: int, name: str, span: tuple[int, int], *, ends: list[_Toggle], pairs: Pairs
) -> Moment | None:
    keypoints = tuple(k for pair in pairs for k in pair)
    start, stop = span
    if not keypoints or evidence.trusted[start:stop][:, list(keypoints)].all(axis=1).any():
        return None  # a person has looked at this limb here, and found it as it is
    value = min(end.strength for end in ends)
    peak = min(max(ends[0].frame, start), stop - 1)
    severity = rules.RULES[MomentKind.SWAP].severity(value - rules.SWAP_GAIN)
    points = tuple((float(evidence.xy[peak, k, 0]), float(evidence.xy[peak, k, 1])) for k in keypoints)
    limit = rules.SWAP_GAIN
    return Moment(MomentKind.SWAP, person, start, stop, peak, keypoints, points, severity, value, limit, name)


def _joined(moments: list[Moment]) -> list[Moment]:
    """Join candidates of several limbs over the very same frames: the whole body was exchanged."""
    joined: dict[tuple[int, int], Moment] = {}
    for moment in moments:
        held = joined.get((moment.start, moment.stop))
        if held is not None:
            moment = replace(
                moment,
                keypoints=held.keypoints + moment.keypoints,
                points=held.points + moment.points,
                severity=max(held.severity, moment.severity),
                value=max(held.value, moment.value),
                subject="body",
            )
        joined[moment.start, moment.stop] = moment
    return list(joined.values())

"""Which way a person faces, decided once for a stretch of frames by the vote of the whole body.

A decision per frame flips the sign of every angle whenever a foot is misplaced; so frames only vote. The vote is a
two-state hidden Markov model solved after Viterbi (Forney, Proc. IEEE 61(3), 1973): turning round costs as much as
`TURN_COST` seconds of unanimous evidence against it, whatever the frame rate. Cues are read relative to the body (the
foot to the shank, the shank to the thigh), so they hold for a person lying, jumping or upside down: facing right means
that the body's front is to the picture's right when it is stood upright.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import FacingStretch
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64

MIN_STRETCH_S = 1.0
TURN_COST = 1.0  # seconds of full evidence
# Of each cue: its weight, and the reading (a sine, or a share of a length) at which it gives three quarters of it.
# Feet, knees and elbows count once for each side.
_FOOT, _KNEE, _ELBOW = (0.5, 0.25), (0.5, 0.3), (0.2, 0.4)
_FACE, _HEAD, _TRAVEL = (0.5, 0.1), (0.1, 0.2), (1.0, 0.7)
_TRAVEL_WINDOW_S = 0.5

Pair = tuple[str, str]


def decide_facing(xy: Array, score: Array, skeleton: Skeleton, time: Float64) -> tuple[FacingStretch, ...]:
    """Split a track into stretches that face one way.

    Args:
        xy: (T, K, 2) px; NaN points do not vote.
        score: (T, K) in 0..1 weighs the votes.
        skeleton: K keypoints; feet, a nose and ears vote where it has them.
        time: (T,) s, increasing.

    Returns:
        Stretches that cover 0 .. T, none shorter than a second unless the clip is. With no evidence at all the
        direction is +1 and the support 0.5.
    """
    if not len(xy):
        return ()
    votes = compute_evidence(xy, score, skeleton, time) * _durations(time)
    bounds = _drop_short(_bounds(_viterbi(votes)), votes, time)
    decided = [_stretch(votes, start, stop) for start, stop in pairwise(bounds)]
    bounds = _bounds(facing_signs(decided, len(votes)))  # what stayed after a drop may agree with its neighbour
    return tuple(_stretch(votes, start, stop) for start, stop in pairwise(bounds))


def merge_user_facing(auto: Sequence[FacingStretch], user: Sequence[FacingStretch]) -> tuple[FacingStretch, ...]:
    """Lay what a person said over what was decided; later user stretches win over earlier ones.

    Returns:
        Stretches that cover what `auto` covers; neighbours that come from one stretch are one.
    """
    if not auto:
        return ()
    layers = [*auto, *user]
    owner = np.zeros(auto[-1].stop, dtype=np.intp)
    for number, layer in enumerate(layers):
        owner[max(layer.start, 0) : max(layer.stop, 0)] = number
    return tuple(_piece(layers[owner[a]], a, b, owner[a] >= len(auto)) for a, b in pairwise(_bounds(owner)))


def facing_signs(stretches: Sequence[FacingStretch], T: int) -> npt.NDArray[np.int8]:
    """Return (T,) +1 facing right, -1 facing left; +1 where no stretch lies."""
    signs = np.ones(T, dtype=np.int8)
    for stretch in stretches:
        signs[stretch.start : stretch.stop] = stretch.direction
    return signs


def compute_evidence(xy: Array, score: Array, skeleton: Skeleton, time: Float64) -> Float64:
    """Return (T,) in -1..1: how strongly each frame speaks for facing right; 0 where nothing can be said.

    Arguments as `decide_facing`. Each cue is the turn from one segment of the body to another, positive when the
    front of the body is to the right of a body stood upright; toes, noses and walking point forward, knees and
    elbows bend one way only.
    """
    body = _Body(xy, score, skeleton)
    trunk = ("mid_hip", "mid_shoulder")
    total = np.zeros(len(xy))
    for side in ("right", "left"):
        hip, knee, ankle = f"{side}_hip", f"{side}_knee", f"{side}_ankle"
        shoulder, elbow, wrist = f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist"
        total += body.vote_share(_FOOT, (ankle, knee), (f"{side}_heel", f"{side}_big_toe"))
        total += body.vote_sine(_KNEE, (hip, knee), (knee, ankle))
        total += body.vote_sine(_ELBOW, (elbow, shoulder), (elbow, wrist))
        total += body.vote_share(_FACE, trunk, (f"{side}_ear", "nose"))
    total += body.vote_sine(_HEAD, trunk, ("neck", "head_top"))
    total += body.vote_travel(_TRAVEL, time)
    return np.asarray(np.clip(total, -1.0, 1.0))


class _Body:
    """Reads cues from the keypoints (T, K, 2) of one person; each vote is (T,), 0 where a point is missing."""

    def __init__(self, xy: Array, score: Array, skeleton: Skeleton) -> None:
        self._xy = xy.astype(np.float64)
        self._score = np.nan_to_num(score.astype(np.float64), nan=0.0)
        self._skeleton = skeleton

    def vote_sine(self, cue: tuple[float, float], along: Pair, across: Pair) -> Float64:
        """Vote with the sine of the turn from one segment to another."""
        if not self._has(*along, *across):
            return np.zeros(len(self._xy))
        a, b = self._segment(along), self._segment(across)
        return self._vote(cue, _cross(a, b) / _positive(_length(a) * _length(b)), along + across)

    def vote_share(self, cue: tuple[float, float], along: Pair, across: Pair) -> Float64:
        """Vote with how far a segment stands out from another, as a share of the other's length."""
        if not self._has(*along, *across):
            return np.zeros(len(self._xy))
        a, b = self._segment(along), self._segment(across)
        return self._vote(cue, _cross(a, b) / _positive(_length(a) ** 2), along + across)

    def vote_travel(self, cue: tuple[float, float], time: Float64) -> Float64:
        """Vote with the speed of the hips to the picture's right, trunk lengths/s."""
        if not self._has("mid_hip", "mid_shoulder"):
            return np.zeros(len(self._xy))
        x = self._skeleton.point(self._xy, "mid_hip")[:, 0]
        trunk = _length(self._segment(("mid_hip", "mid_shoulder")))
        known = np.isfinite(x)
        if known.sum() < 2 or not np.isfinite(trunk).any():
            return np.zeros(len(x))
        low, high = time - _TRAVEL_WINDOW_S / 2, time + _TRAVEL_WINDOW_S / 2
        low, high = np.clip(low, time[0], None), np.clip(high, None, time[-1])
        travelled = np.interp(high, time[known], x[known]) - np.interp(low, time[known], x[known])
        speed = travelled / _positive(high - low) / _positive(np.nanmedian(trunk))
        return self._vote(cue, np.where(known, speed, np.nan), ("mid_hip",))

    def _vote(self, cue: tuple[float, float], reading: Float64, names: tuple[str, ...]) -> Float64:
        weight, half = cue
        trust = np.min([self._trust(name) for name in names], axis=0)
        return np.asarray(weight * trust * np.nan_to_num(np.tanh(reading / half), nan=0.0))

    def _has(self, *names: str) -> bool:
        return all(self._skeleton.has(name) for name in names)

    def _segment(self, ends: Pair) -> Float64:
        tail, head = (self._skeleton.point(self._xy, name) for name in ends)
        return np.asarray(head - tail, dtype=np.float64)

    def _trust(self, name: str) -> Float64:
        """Return (T,) score of a keypoint, of a virtual point the lowest of its parts."""
        parts = dict(self._skeleton.virtual).get(name, (name,))
        return np.asarray(self._score[:, [self._skeleton.index(part) for part in parts]].min(axis=1))


def _cross(a: Float64, b: Float64) -> Float64:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _length(a: Float64) -> Float64:
    return np.asarray(np.hypot(a[:, 0], a[:, 1]))


def _positive(values: Array | float) -> Float64:
    """Return values with NaN for what cannot be divided by."""
    values = np.asarray(values, dtype=np.float64)
    return np.asarray(np.where(values > 0, values, np.nan))


def _bounds(labels: Array) -> list[int]:
    """Return where runs of equal labels (T,) begin, and T."""
    return [0, *(np.flatnonzero(np.diff(labels)) + 1).tolist(), len(labels)]


def _durations(time: Float64) -> Float64:
    """Return (T,) s that each frame stands for; a pause of the clock counts as an ordinary step."""
    if len(time) < 2:
        return np.ones(len(time))
    steps = np.diff(time)
    return np.asarray(np.minimum(np.append(steps, steps[-1]), 2 * np.median(steps)))


def _viterbi(votes: Float64) -> npt.NDArray[np.int8]:
    """Return the signs (T,) that maximise sum(sign * vote) - TURN_COST * turns.

    With two states the best score of each need not be kept: their difference, clipped where a turn pays, is enough.
    """
    lead = 0.0
    leads = []
    for vote in votes.tolist():
        if lead > TURN_COST:
            lead = TURN_COST
        elif lead < -TURN_COST:
            lead = -TURN_COST
        lead += 2 * vote
        leads.append(lead)
    signs = np.empty(len(leads), dtype=np.int8)
    sign = 1 if leads[-1] >= 0 else -1
    for i in range(len(leads) - 1, -1, -1):
        # Facing right at i + 1 came from facing left at i only where left led by more than a turn costs.
        if sign * leads[i] < -TURN_COST:
            sign = -sign
        signs[i] = sign
    return signs


def _drop_short(bounds: list[int], votes: Float64, time: Float64) -> list[int]:
    """Give each stretch under `MIN_STRETCH_S` to its neighbours, the one with the weakest vote first."""
    ends = np.append(time, time[-1] + _durations(time)[-1])
    while len(bounds) > 2:
        short = [
            (abs(float(votes[start:stop].sum())), i)
            for i, (start, stop) in enumerate(pairwise(bounds))
            if ends[stop] - ends[start] < MIN_STRETCH_S - 1e-6
        ]
        if not short:
            break
        number = min(short)[1]
        # Signs alternate, so a stretch that changes sides joins both neighbours.
        bounds = [b for i, b in enumerate(bounds) if i not in (number, number + 1) or i in (0, len(bounds) - 1)]
    return bounds


def _piece(layer: FacingStretch, start: int, stop: int, by_user: bool) -> FacingStretch:
    if by_user:
        return FacingStretch(start, stop, layer.direction, 1.0, by_user=True)
    return replace(layer, start=start, stop=stop)


def _stretch(votes: Float64, start: int, stop: int) -> FacingStretch:
    part = votes[start:stop]
    right, left = float(part[part > 0].sum()), float(-part[part < 0].sum())
    total = right + left
    support = max(right, left) / total if total > 0 else 0.5
    return FacingStretch(start, stop, 1 if right >= left else -1, support)

"""Whom to believe on the way from a corrected keypoint: the network, the network about the other side, or neither.

The cheapest path through three states a frame (Viterbi). What makes it dear: a keypoint that moves as no keypoint can,
a network that is disbelieved for long, and one that is thought wrong in one frame and right in the next though its own
track goes on without a jump. So what a person said of one frame holds as far as the network's track is in one piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from poseapp.core.types import Float64
from poseapp.kinematics.motion_filter import Belief, innovation

_CHANGE = 2.0  # of whom to believe
_TORN = 40.0  # the network becomes right or wrong where its track is smooth
_CAP = 25.0  # of a motion, however unlikely: the picture may have misled
_SMOOTH = 8.0  # cost of a step of the network's track below which it is in one piece
_UNBELIEVED = 1.0  # a frame in which neither side is believed
_UNSEEN = 0.2  # the same, where the network says nothing
_EXCHANGED = 0.1  # a frame in which the other side is believed


class Label(IntEnum):
    """Whom to believe in a frame."""

    OWN = 0
    OTHER = 1
    NEITHER = 2


@dataclass(frozen=True)
class Trail:
    """What is known along the way, outwards from the anchor in row 0, n rows.

    Attributes:
        own, other: (n, 2) px, the network about this keypoint and its counterpart; NaN = missing.
        own_cov, other_cov: (n, 2, 2) px^2.
        expected: n beliefs of where the keypoint is, before the row's own measurement.
        dt: (n - 1,) s between rows.
        acceleration: px/s^2, standard deviation, of a keypoint.
        gate: Squared Mahalanobis distance up to which two places can be the same.
    """

    own: Float64
    other: Float64
    own_cov: Float64
    other_cov: Float64
    expected: list[Belief]
    dt: Float64
    acceleration: float
    gate: float


def decide_labels(trail: Trail, first: Label, last: Label | None) -> list[Label]:
    """Return whom to believe in each row, given who is right in row 0 and, where that is known, in the last."""
    n = len(trail.own)
    cost = np.full(3, np.inf)
    cost[first] = 0.0
    came_from = np.zeros((n, 3), int)
    steps = _Steps(trail)
    for i in range(1, n):
        total = cost[:, None] + steps.between(i - 1)
        came_from[i] = np.argmin(total, axis=0)
        cost = np.min(total, axis=0) + steps.staying(i)
    at = int(np.argmin(cost)) if last is None or not np.isfinite(cost[last]) else int(last)
    labels = [at]
    for i in range(n - 1, 0, -1):
        at = int(came_from[i, at])
        labels.append(at)
    return [Label(label) for label in reversed(labels)]


class _Steps:
    """Costs of a trail, worked out once."""

    def __init__(self, trail: Trail) -> None:
        n = len(trail.own)
        own, other = (trail.own, trail.own_cov), (trail.other, trail.other_cov)
        self._seen = [np.isfinite(xy[:, 0]) for xy in (trail.own, trail.other)]
        self._move = [[_moves(trail, one, two) for two in (own, other)] for one in (own, other)]
        self._off = np.full((2, n), np.nan)  # how far each is from what is expected
        for i in range(n):
            for which, (xy, cov) in enumerate((own, other)):
                self._off[which, i] = innovation(trail.expected[i], xy[i], cov[i])
        self._gate = trail.gate

    def staying(self, i: int) -> Float64:
        """Return (3,) costs of the states in row i."""
        neither = _UNBELIEVED if self._seen[0][i] else _UNSEEN
        return np.array([0.0 if self._seen[0][i] else np.inf, _EXCHANGED if self._seen[1][i] else np.inf, neither])

    def between(self, i: int) -> Float64:
        """Return (3, 3) costs of going from each state in row i to each in row i + 1."""
        costs = np.zeros((3, 3))
        for a in (0, 1):
            for b in (0, 1):
                costs[a, b] = self._move[a][b][i] + (_CHANGE if a != b else 0.0)
            # Sides begin to be exchanged where both tracks jump, never in the middle of one.
            is_wrong = a == Label.OTHER or self._off[a, i] > self._gate
            costs[2, a] = _CHANGE + _capped(self._off[a, i + 1]) + self._torn(a, i, is_wrong=is_wrong)
            is_wrong = self._off[a, i + 1] > self._gate
            costs[a, 2] = _CHANGE + _capped(self._off[a, i]) + self._torn(a, i, is_wrong=is_wrong)
        return costs

    def _torn(self, which: int, i: int, *, is_wrong: bool) -> float:
        """Return what it costs that a track is right on one side of a step and wrong on the other."""
        return _TORN if is_wrong and self._move[which][which][i] < _SMOOTH else 0.0


def _moves(trail: Trail, one: tuple[Float64, Float64], two: tuple[Float64, Float64]) -> Float64:
    """Return (n - 1,) costs of being at `one` in a row and at `two` in the next: half a squared distance, capped.

    Either track is continued with its own velocity over the step, and the better of both counts, so that a jump
    costs where it is and nowhere else. Where neither has a velocity little is said.
    """
    (a, a_cov), (b, b_cov) = one, two
    noise = np.fmax(_variance(a_cov)[:-1], _variance(b_cov)[1:])
    spread = 6 * noise + (trail.acceleration * trail.dt**2) ** 2
    tries = np.full((2, len(trail.dt)), np.nan)
    step, ratio = b[1:] - a[:-1], (trail.dt[1:] / trail.dt[:-1])[:, None]
    tries[0, 1:] = _squared(step[1:] - (a[1:-1] - a[:-2]) * ratio)
    tries[1, :-1] = _squared(step[:-1] - (b[2:] - b[1:-1]) / ratio)
    costs = np.fmin(*tries) / spread / 2
    is_alone = np.isfinite(tries).sum(axis=0) < 2  # then a jump right beside would look the same
    costs = np.where(is_alone, np.fmin(costs, _SMOOTH), costs)
    capped: Float64 = np.fmin(costs, _CAP)
    return capped


def _variance(cov: Float64) -> Float64:
    """Return (n,) the mean variance of the two axes of (n, 2, 2)."""
    variance: Float64 = (cov[:, 0, 0] + cov[:, 1, 1]) / 2
    return variance


def _squared(offsets: Float64) -> Float64:
    squared: Float64 = (offsets**2).sum(axis=-1)
    return squared


def _capped(off: float) -> float:
    return min(off / 2, _CAP) if np.isfinite(off) else _CAP

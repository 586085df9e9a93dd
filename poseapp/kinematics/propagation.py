"""One correction heals many frames: from a keypoint a person placed, outwards until the network is right again.

From the corrected frame (an anchor) the keypoint is followed to either side by what the picture shows of its motion, by
the network where its prediction is believable, and by inertia where neither says anything. A prediction is believable
when it lies where the keypoint was expected; where instead that of the other side of the body does, left and right are
exchanged there, and that one is taken. A side ends at the next anchor, or where the network has agreed for several
frames in a row, or where nothing is known any more. From its end the same is done backwards, and the two are joined.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from poseapp.core.types import Float64
from poseapp.kinematics.motion_filter import (
    Belief,
    Shift,
    believe,
    fuse,
    innovation,
    predict,
    predict_by_flow,
    turned,
    update,
)
from poseapp.kinematics.propagation_labels import Label, Trail, decide_labels

# (frame, next frame, where the keypoint is in the first, px) -> how it moves, None where the picture does not tell.
Flow = Callable[[int, int, Float64], Shift | None]


@dataclass(frozen=True)
class PropagationSettings:
    """How far a correction is trusted. Lengths are shares of the person's height, so that a far person counts alike.

    Attributes:
        max_seconds: No side is longer.
        gate: Squared Mahalanobis distance up to which a position is believed (99 % of right ones).
        agree_frames, agree_seconds: The network is right again when it agreed for so many frames and so long.
        anchor_sigma: px by which a person's hand is off.
        acceleration: Heights/s^2, of a joint. speed: Heights/s.
        max_sigma: Heights; what is known less well than this is not worth placing.
    """

    max_seconds: float = 2.0
    gate: float = 9.21
    agree_frames: int = 5
    agree_seconds: float = 0.12
    anchor_sigma: float = 1.0
    acceleration: float = 6.0
    speed: float = 2.0
    max_sigma: float = 0.04


@dataclass(frozen=True)
class Evidence:
    """What is known of one keypoint over n frames from `start`.

    Attributes:
        time: (n,) s, increasing.
        own_xy: (n, 2) px, own_cov: (n, 3) px^2 (xx, xy, yy): the network, without marks; NaN = missing.
        other_xy, other_cov: The same of the counterpart on the other side of the body; NaN for none.
        anchors: (n, 2) px where a person placed it, else NaN.
        hidden: (n,) it was placed, but behind something: the picture shows the motion of that, not of the keypoint.
        absent: (n,) a person said it is not in the picture: no side goes there.
        height: Of the person, px.
    """

    start: int
    time: Float64
    own_xy: Float64
    own_cov: Float64
    other_xy: Float64
    other_cov: Float64
    anchors: Float64
    hidden: npt.NDArray[np.bool_]
    absent: npt.NDArray[np.bool_]
    height: float

    @property
    def stop(self) -> int:
        """Index after the last frame."""
        return self.start + len(self.time)


@dataclass(frozen=True)
class Placed:
    """Where a keypoint was found to be in a frame: `xy` (2,) px, `sigma` px."""

    xy: tuple[float, float]
    sigma: float


@dataclass(frozen=True)
class _Side:
    """The way from an anchor to one side; row 0 is the anchor's.

    Attributes:
        rows: Indices into the evidence.
        expected: What was believed before each row's own measurement.
        meets_anchor: The last row is another anchor's.
    """

    rows: list[int]
    expected: list[Belief]
    meets_anchor: bool


def propagate(
    evidence: Evidence,
    anchor: int,
    direction: int,
    flow: Flow,
    *,
    exchanged: bool = False,
    settings: PropagationSettings | None = None,
) -> dict[int, Placed]:
    """Return where the keypoint is in the frames beside an anchor, by frame; the anchor itself is not among them.

    The anchor is a frame whose keypoint a person placed, or one whose own prediction is to be believed (that of the
    counterpart of an exchanged keypoint). Nothing is placed from the next anchor on, where the network agrees at once,
    where a person said "absent", or farther than `settings.max_seconds`.

    Args:
        direction: +1 for the frames after it, -1 for those before.
        exchanged: Left and right are exchanged in the anchor's frame, see `is_exchanged`.

    Raises:
        ValueError: Nobody knows where the keypoint is in the anchor's frame.
    """
    settings = settings or PropagationSettings()
    model = _Model(evidence, flow, settings)
    side = model.explore(anchor - evidence.start, direction, exchanged=exchanged)
    if len(side.rows) == 1:
        return {}
    labels = model.label(side, exchanged=exchanged)
    end, is_closed = model.find_end(side, labels)
    beliefs = model.settle(side.rows[: end + 1], labels, is_closed=is_closed)
    healed = end if side.meets_anchor and end == len(side.rows) - 1 else model.first_agreed(labels, end)
    return {
        evidence.start + row: Placed((float(belief.xy[0]), float(belief.xy[1])), belief.sigma)
        for row, belief in zip(side.rows[1:healed], beliefs[1:healed], strict=True)
        if belief.sigma <= model.max_sigma
    }


def is_exchanged(evidence: Evidence, anchor: int, *, settings: PropagationSettings | None = None) -> bool:
    """Tell whether a person put a keypoint where the network sees its counterpart, and not where it sees this one."""
    settings = settings or PropagationSettings()
    row = anchor - evidence.start
    if not np.isfinite(evidence.anchors[row]).all():
        return False
    here = believe(evidence.anchors[row], settings.anchor_sigma**2 * np.eye(2), 0.0)
    own = innovation(here, evidence.own_xy[row], full_cov(evidence.own_cov[row]))
    other = innovation(here, evidence.other_xy[row], full_cov(evidence.other_cov[row]))
    return bool(own > settings.gate >= other)


def full_cov(values: Float64) -> Float64:
    """Return (xx, xy, yy) as a matrix (2, 2)."""
    return np.array([[values[0], values[1]], [values[1], values[2]]], float)


class _Model:
    """Walks through the evidence of one keypoint."""

    def __init__(self, evidence: Evidence, flow: Flow, settings: PropagationSettings) -> None:
        self._evidence = evidence
        self._flow = flow
        self._settings = settings
        self._acceleration = settings.acceleration * evidence.height
        self.max_sigma = settings.max_sigma * evidence.height

    def explore(self, row: int, direction: int, *, exchanged: bool) -> _Side:
        """Go outwards from an anchor, to the next one, or where the network has agreed, or as far as it is allowed."""
        evidence = self._evidence
        belief = self._begin(row)
        rows, expected, agreed, at = [row], [belief], 0, row
        last = Label.OTHER if exchanged else self._label_of_anchor(row)
        while self._may_enter(at + direction, row):
            belief = self._step(belief, at, at + direction)
            at += direction
            rows.append(at)
            expected.append(belief)
            if np.isfinite(evidence.anchors[at]).all():
                return _Side(rows, expected, meets_anchor=True)
            choice, is_clear = self._choose(belief, at)
            if choice is Label.OTHER and last is Label.NEITHER:
                choice = Label.NEITHER  # sides begin to be exchanged where the network was right before
            last = choice if choice is not Label.NEITHER or last is Label.OWN else last
            agreed = agreed + 1 if choice is Label.OWN and is_clear else 0
            belief = self._measured(belief, at, choice)
            if self._is_enough(rows, agreed):
                break
        return _Side(rows, expected, meets_anchor=False)

    def label(self, side: _Side, *, exchanged: bool) -> list[Label]:
        """Decide whom to believe on the way."""
        evidence, rows = self._evidence, side.rows
        own_cov = np.array([full_cov(evidence.own_cov[row]) for row in rows])
        other_cov = np.array([full_cov(evidence.other_cov[row]) for row in rows])
        trail = Trail(
            evidence.own_xy[rows],
            evidence.other_xy[rows],
            own_cov,
            other_cov,
            side.expected,
            np.abs(np.diff(evidence.time[rows])),
            self._acceleration,
            self._settings.gate,
        )
        first = Label.OTHER if exchanged and np.isfinite(trail.other[0]).all() else self._label_of_anchor(rows[0])
        last = self._label_of_anchor(rows[-1]) if side.meets_anchor else None
        return decide_labels(trail, first, last)

    def find_end(self, side: _Side, labels: list[Label]) -> tuple[int, bool]:
        """Return the last row that counts, and whether the keypoint's place there is known."""
        agreed = 0
        for i in range(1, len(labels)):
            agreed = agreed + 1 if labels[i] is Label.OWN else 0
            if self._is_enough(side.rows[: i + 1], agreed):
                return i, True
        return len(labels) - 1, side.meets_anchor or labels[-1] is Label.OWN

    def first_agreed(self, labels: list[Label], end: int) -> int:
        """Return the first row of those that end believing the network; the one after `end` when there are none."""
        first = end + 1
        while first > 1 and labels[first - 1] is Label.OWN:
            first -= 1
        return first

    def settle(self, rows: list[int], labels: list[Label], *, is_closed: bool) -> list[Belief]:
        """Return the best belief of each row, from both ends where the far one is known."""
        onward = self._follow(rows, labels)
        if not is_closed:
            return [after for _, after in onward]
        back = self._follow(rows[::-1], labels[len(rows) - 1 :: -1])[::-1]
        return [fuse(after, turned(before)) for (_, after), (before, _) in zip(onward, back, strict=True)]

    def _follow(self, rows: list[int], labels: list[Label]) -> list[tuple[Belief, Belief]]:
        """Return beliefs before and after the measurement of each row, believing whom the labels say."""
        belief = self._begin(rows[0])
        beliefs = [(belief, belief)]
        for i in range(1, len(rows)):
            before = self._step(belief, rows[i - 1], rows[i])
            belief = self._measured(before, rows[i], labels[i])
            beliefs.append((before, belief))
        return beliefs

    def _begin(self, row: int) -> Belief:
        evidence, settings = self._evidence, self._settings
        speed = settings.speed * evidence.height
        if np.isfinite(evidence.anchors[row]).all():
            return believe(evidence.anchors[row], settings.anchor_sigma**2 * np.eye(2), speed)
        if not np.isfinite(evidence.own_xy[row]).all():
            raise ValueError(f"nobody knows where the keypoint is in frame {evidence.start + row}")
        return believe(evidence.own_xy[row], full_cov(evidence.own_cov[row]), speed)

    def _may_enter(self, at: int, row: int) -> bool:
        evidence = self._evidence
        if not 0 <= at < len(evidence.time) or evidence.absent[at]:
            return False
        return bool(abs(evidence.time[at] - evidence.time[row]) <= self._settings.max_seconds + 1e-9)

    def _step(self, belief: Belief, at: int, to: int) -> Belief:
        evidence = self._evidence
        dt = abs(float(evidence.time[to] - evidence.time[at]))
        coasted = predict(belief, dt, self._acceleration)
        is_seen = not (evidence.hidden[at] or evidence.hidden[to])
        shift = self._flow(evidence.start + at, evidence.start + to, belief.xy) if is_seen else None
        if shift is None:
            return coasted
        spread = dt**2 * belief.cov[2:, 2:] + (shift.sigma**2 + (self._acceleration * dt**2 / 2) ** 2) * np.eye(2)
        off = shift.xy - dt * belief.mean[2:]
        if off @ np.linalg.solve(spread, off) > self._settings.gate:
            return coasted  # no joint is that quick: the picture shows something else that passes
        return predict_by_flow(belief, dt, self._acceleration, shift)

    def _choose(self, belief: Belief, at: int) -> tuple[Label, bool]:
        """Return whose prediction lies where it is expected, and whether only that one does."""
        evidence, gate = self._evidence, self._settings.gate
        own = innovation(belief, evidence.own_xy[at], full_cov(evidence.own_cov[at]))
        other = innovation(belief, evidence.other_xy[at], full_cov(evidence.other_cov[at]))
        if own <= gate:
            return Label.OWN, not other <= gate
        if np.isfinite(own) and other <= gate:
            return Label.OTHER, True
        return Label.NEITHER, False

    def _label_of_anchor(self, at: int) -> Label:
        """Return who was right in a frame where the place is known."""
        return self._choose(self._begin(at), at)[0]

    def _measured(self, belief: Belief, at: int, label: Label) -> Belief:
        evidence = self._evidence
        if label is Label.OWN:
            return update(belief, evidence.own_xy[at], full_cov(evidence.own_cov[at]))
        if label is Label.OTHER:
            return update(belief, evidence.other_xy[at], full_cov(evidence.other_cov[at]))
        return belief

    def _is_enough(self, rows: list[int], agreed: int) -> bool:
        if agreed < self._settings.agree_frames:
            return False
        first, last = rows[len(rows) - agreed], rows[-1]
        time = self._evidence.time
        return bool(abs(time[last] - time[first]) >= self._settings.agree_seconds - 1e-9)

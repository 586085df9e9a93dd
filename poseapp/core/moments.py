"""Moments of a clip that a person should look at, and what was said of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from poseapp.core.columns import Renumbering
from poseapp.core.errors import EditConflictError
from poseapp.core.types import Array

Points = tuple[tuple[float, float], ...]

# Of the body's extent: a keypoint that moved no further is still what was accepted. A new run of a network never says
# the same to the last digit, and a keypoint moved by hand to another place is another matter.
_STILL = 0.03


class MomentKind(Enum):
    """Why a moment is worth a look. The values are written to project files: never change them."""

    SWAP = "swap"  # left and right look exchanged
    MISSING = "missing"  # not found, between frames in which it was
    JUMP = "jump"  # off the path of the frames around
    LENGTH = "length"  # a bone is longer than it ever is
    ANGLE = "angle"  # outside what the joint can do
    DISAGREEMENT = "disagreement"  # two runs say different things
    UNSURE = "unsure"  # a low score
    SUGGESTED = "suggested"  # nothing is wrong; a correction here teaches a network much


@dataclass(frozen=True)
class Moment:
    """Frames start .. stop in which something about a person is suspicious.

    Attributes:
        kind: Why.
        person: Index.
        start, stop: Frames of the clip.
        peak: The frame in which it is worst.
        keypoints: Concerned, the worst first; for a swap both of each pair.
        points: Where these keypoints are seen in the peak frame, image px, NaN where they are not.
        severity: 0 to 1: what should be looked at first.
        value, limit: The number behind it and what it should have kept to: px of a jump or a bone, degrees, a score,
            frames missing, the share of a jump's cost that an exchange would save.
        subject: What the number is about: an angle's name, a bone "knee ankle", a body part "left leg", "" for none.
    """

    kind: MomentKind
    person: int
    start: int
    stop: int
    peak: int
    keypoints: tuple[int, ...]
    points: Points
    severity: float
    value: float
    limit: float
    subject: str = ""


@dataclass(frozen=True, order=True)
class Accepted:
    """One moment that a person looked at and found right: frames, keypoints, and where these were at the peak."""

    person: int
    start: int
    stop: int
    peak: int
    kind: str
    keypoints: tuple[int, ...]
    points: Points

    def __post_init__(self) -> None:
        # One NaN object for all: comparing tuples looks at identity first, so equal ones compare equal.
        points = tuple((math.nan, math.nan) if math.isnan(x) else (x, y) for x, y in self.points)
        object.__setattr__(self, "points", points)

    @classmethod
    def of(cls, moment: Moment) -> Accepted:
        """Return what accepting a moment says."""
        span = moment.person, moment.start, moment.stop, moment.peak
        return cls(*span, moment.kind.value, moment.keypoints, moment.points)

    def covers(self, moment: Moment) -> bool:
        """Tell whether a moment is about the same thing: person, kind, keypoints, and its worst frame."""
        same = (self.person, self.kind) == (moment.person, moment.kind.value)
        return same and self.start <= moment.peak < self.stop and not set(self.keypoints).isdisjoint(moment.keypoints)

    def still_seen(self, pose: Array) -> bool:
        """Tell whether the keypoints of the peak frame, pose (K, 2) px, are where they were when this was said."""
        seen = np.isfinite(pose).all(axis=1)
        extent = float(np.ptp(pose[seen], axis=0).max()) if seen.any() else 0.0
        then, now = np.array(self.points, dtype=np.float64).reshape(-1, 2), pose[list(self.keypoints)]
        away = np.linalg.norm(then - now, axis=1)
        unseen = np.isnan(then[:, 0]) & np.isnan(now[:, 0])
        return bool(((away <= max(1.0, _STILL * extent)) | unseen).all())


class AcceptedMoments:
    """What a person found right in a clip."""

    def __init__(self) -> None:
        self._held: set[Accepted] = set()

    def copied(self) -> AcceptedMoments:
        """Return the same, to go on with apart."""
        other = AcceptedMoments()
        other._held = set(self._held)
        return other

    def of(self, person: int) -> tuple[Accepted, ...]:
        """Return what was accepted of a person, in the order of the clip."""
        return tuple(sorted(one for one in self._held if one.person == person))

    def count_of(self, keypoints: frozenset[int]) -> int:
        """Return how many name one of some keypoints."""
        return sum(not keypoints.isdisjoint(one.keypoints) for one in self._held)

    def renumbered(self, numbers: Renumbering) -> AcceptedMoments:
        """Return the same under other keypoint numbers; those that name numbers taken out must be gone."""
        other = AcceptedMoments()
        moved = ((one, tuple(numbers.forward[k] for k in one.keypoints)) for one in self._held)
        other._held = {replace(one, keypoints=keypoints) for one, keypoints in moved}
        return other

    def change(self, added: Iterable[Accepted], removed: Iterable[Accepted]) -> None:
        """Take some in and let others go.

        Raises:
            EditConflictError: One is there already, or is not; nothing has changed.
        """
        new, old = set(added), set(removed)
        if new & self._held or old - self._held:
            raise EditConflictError("the moments accepted are not what the edit expects")
        self._held = (self._held - old) | new


def order_by_severity(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return moments, the worst first; those of equal severity in the order of the clip."""
    return tuple(sorted(moments, key=lambda m: (-m.severity, m.peak, m.person, m.kind.value, m.keypoints)))

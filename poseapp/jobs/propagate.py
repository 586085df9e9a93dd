"""Heals the frames around a correction: gathers what is known, follows the keypoint, and says which marks follow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64, Key, Mark, MarkState, Source
from poseapp.jobs.propagation_order import PropagationOrder
from poseapp.kinematics.motion_filter import Shift
from poseapp.kinematics.propagation import (
    Evidence,
    Flow,
    Placed,
    is_exchanged,
    propagate,
)
from poseapp.video.flow import GreyFrames, follow_point

_HUMAN = (Source.CORRECTED, Source.OCCLUDED)
_UNKNOWN_HEIGHT = 200.0  # px, of a person of whom less than a pose was ever seen
_LEAST_SIGMA = 0.005  # heights: no network is surer, whatever it says
_UNKNOWN_SIGMA = 0.02  # heights, of a prediction without a covariance

Marks = dict[Key, Mark | None]


def picture_flow(frames: GreyFrames, height: float, *, cancel: Callable[[], bool] = lambda: False) -> Flow:
    """Return how points move in a clip, for a person of `height` px; asked twice of a pixel, it looks once.

    Frames that cannot be decoded tell nothing, and after `cancel` none does.
    """
    known: dict[tuple[int, int, int, int], Shift | None] = {}

    def look(at: int, to: int, xy: Float64) -> Shift | None:
        if cancel():
            return None
        is_back = to < at
        try:
            first, second = frames.get(at, backwards=is_back), frames.get(to, backwards=is_back)
        except BadInputError:
            return None
        found = follow_point(first, second, xy, height)
        return None if found is None else Shift(*found)

    def step(at: int, to: int, xy: Float64) -> Shift | None:
        place = at, to, round(float(xy[0])), round(float(xy[1]))
        if place not in known:
            known[place] = look(at, to, xy)
        return known[place]

    return step


def heal(
    order: PropagationOrder, flow: Callable[[float], Flow], *, cancel: Callable[[], bool] = lambda: False
) -> Marks:
    """Return the marks that follow from corrections, None for those that no longer do; no human mark is among them.

    Args:
        flow: From the person's height, px, to how points of the picture move.
        cancel: Looked at between keypoints; what is returned after it is incomplete.
    """
    healing = _Healing(order, flow)
    for key in order.keys:
        if not cancel():
            healing.heal(key)
    return healing.marks


class _Healing:
    """Heals one keypoint after the other of one person.

    Attributes:
        marks: What came of it.
    """

    def __init__(self, order: PropagationOrder, flow: Callable[[float], Flow]) -> None:
        self.marks: Marks = {}
        self._order = order
        self._track = order.track
        self._person = order.keys[0].person
        self._settings = order.settings
        self._xy = order.predicted.xy[:, 0].astype(float)
        self._bridged = order.predicted.bridged[:, 0]  # not what the network saw: the picture says more
        self._height = person_height(self._xy)
        self._cov = _trusted_cov(order.predicted.cov[:, 0].astype(float), self._height)
        self._flow = flow(self._height)

    def heal(self, key: Key) -> None:
        """Heal around one key."""
        row = key.frame - self._track.start
        if self._track.source[row, key.keypoint] in _HUMAN:
            self._heal_around(key)
            return
        before, after = self._run(key, -1), self._run(key, +1)
        for frame in (*before, *after):
            self._put(frame, key.keypoint, None)
        if self._track.source[row, key.keypoint] == Source.ABSENT:
            return
        for run, direction in ((before, -1), (after, +1)):
            neighbour = (run[-1] if run else key.frame) + direction
            if self._is_anchor(neighbour, key.keypoint):
                self._heal_side(neighbour, key.keypoint, -direction)

    def _heal_around(self, key: Key) -> None:
        evidence = self._evidence(key.keypoint)
        exchanged = is_exchanged(evidence, key.frame, settings=self._settings)
        for direction in (-1, +1):
            self._heal_side(key.frame, key.keypoint, direction, exchanged=exchanged)
        other = self._order.skeleton.mirror[key.keypoint]
        if exchanged and not self._is_marked(key.frame, other):
            self._heal_counterpart(key, other)

    def _heal_counterpart(self, key: Key, other: int) -> None:
        """Put the other keypoint of an exchanged pair where the network saw the one that was corrected."""
        row = key.frame - self._track.start
        place = self._evidence(key.keypoint)
        evidence = self._evidence(other)
        evidence.own_xy[row], evidence.own_cov[row] = place.own_xy[row], place.own_cov[row]
        xx, _, yy = place.own_cov[row]
        x, y = place.own_xy[row]
        self._put(key.frame, other, Placed((float(x), float(y)), float(np.sqrt((xx + yy) / 2))))
        for direction in (-1, +1):
            self._place_side(evidence, key.frame, direction, other, exchanged=True)

    def _heal_side(self, frame: int, keypoint: int, direction: int, *, exchanged: bool = False) -> None:
        self._place_side(self._evidence(keypoint), frame, direction, keypoint, exchanged=exchanged)

    def _place_side(self, evidence: Evidence, frame: int, direction: int, keypoint: int, *, exchanged: bool) -> None:
        placed = propagate(evidence, frame, direction, self._flow, exchanged=exchanged, settings=self._settings)
        run = self._run(Key(frame, self._person, keypoint), direction)
        far = run[-1] + direction if run else frame
        if run and self._is_anchor(far, keypoint):  # what was said before of these frames has to fit what is said now
            placed = propagate(evidence, far, -direction, self._flow, settings=self._settings) | placed
        for stale in run:
            if self.marks.get(Key(stale, self._person, keypoint)) is None:
                self._put(stale, keypoint, None)
        for at, place in placed.items():
            self._put(at, keypoint, place)

    def _put(self, frame: int, keypoint: int, place: Placed | None) -> None:
        mark = None if place is None else Mark(*place.xy, MarkState.PROPAGATED, sigma=place.sigma)
        self.marks[Key(frame, self._person, keypoint)] = mark

    def _run(self, key: Key, direction: int) -> list[int]:
        """Return the frames beside a key, nearest first, whose keypoint is propagated without a break."""
        track, run, frame = self._track, [], key.frame + direction
        while self._holds(frame) and track.source[frame - track.start, key.keypoint] == Source.PROPAGATED:
            run.append(frame)
            frame += direction
        return run

    def _holds(self, frame: int) -> bool:
        return self._track.start <= frame < self._track.start + len(self._track.xy)

    def _is_anchor(self, frame: int, keypoint: int) -> bool:
        return self._holds(frame) and self._track.source[frame - self._track.start, keypoint] in _HUMAN

    def _is_marked(self, frame: int, keypoint: int) -> bool:
        is_absent = self._track.source[frame - self._track.start, keypoint] == Source.ABSENT
        return self._is_anchor(frame, keypoint) or bool(is_absent)

    def _evidence(self, keypoint: int) -> Evidence:
        track, other = self._track, self._order.skeleton.mirror[keypoint]
        source = track.source[:, keypoint]
        other_xy = self._xy[:, other].copy()
        if other == keypoint:
            other_xy[:] = np.nan
        return Evidence(
            start=track.start,
            time=self._order.time,
            own_xy=np.where(self._bridged[:, keypoint, None], np.nan, self._xy[:, keypoint]),
            own_cov=self._cov[:, keypoint].copy(),
            other_xy=other_xy,
            other_cov=self._cov[:, other],
            anchors=np.where(np.isin(source, _HUMAN)[:, None], track.xy[:, keypoint], np.nan).astype(float),
            hidden=source == Source.OCCLUDED,
            absent=source == Source.ABSENT,
            height=self._height,
        )


def person_height(xy: Float64) -> float:
    """Return how many px tall a person is: the longer side of the box of the keypoints (T, K, 2), median over time.

    Frames with less than half of the keypoints do not count; without any other, a person of a small picture is assumed.
    """
    seen = np.isfinite(xy).all(axis=-1)
    whole = xy[seen.sum(axis=1) * 2 >= xy.shape[1]]
    if not len(whole):
        return _UNKNOWN_HEIGHT
    height = float(np.median((np.nanmax(whole, axis=1) - np.nanmin(whole, axis=1)).max(axis=1)))
    return height if height > 0 else _UNKNOWN_HEIGHT


def _trusted_cov(cov: Float64, height: float) -> Float64:
    """Return covariances (T, K, 3) that no network is too sure with; where there is none, a broad one."""
    known = np.isfinite(cov).all(axis=-1, keepdims=True) & (cov[..., :1] + cov[..., 2:] > 0)
    broad = np.array([1.0, 0.0, 1.0]) * (_UNKNOWN_SIGMA * height) ** 2
    floor = np.array([1.0, 0.0, 1.0]) * (_LEAST_SIGMA * height) ** 2
    return np.where(known, cov + floor, broad)

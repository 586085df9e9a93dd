"""The mean score of every frame, for the timeline: kept between calls, read again only where something changed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from poseapp.core.types import Float32

_STEP = 4096  # frames at a time, to keep memory small in long clips
_MANY = 64

Read = Callable[[int, int], Float32]


@dataclass
class _Strip:
    """One person: (T,) mean scores, their sum and number, and the frames start .. stop to be read again."""

    values: Float32
    total: float = 0.0
    count: int = 0
    stale: list[tuple[int, int]] = field(default_factory=list)

    def put(self, start: int, values: Float32) -> None:
        old = self.values[start : start + len(values)]
        for part, sign in ((old, -1), (values, 1)):
            known = part[np.isfinite(part)]
            self.total += sign * float(known.sum(dtype=np.float64))
            self.count += sign * len(known)
        self.values[start : start + len(values)] = values


class ScoreStrips:
    """Strips (T,) of persons. Nothing is known before it is touched; what was touched is read when it is asked for."""

    def __init__(self, n_frames: int) -> None:
        self._n_frames = n_frames
        self._strips: dict[int, _Strip] = {}
        self._stale: dict[int, list[tuple[int, int]]] = {}  # of persons nobody has asked for

    def touch(self, persons: Iterable[int], start: int, stop: int) -> None:
        """Note that scores of persons changed in start .. stop."""
        for person in persons:
            strip = self._strips.get(person)
            stale = self._stale.setdefault(person, []) if strip is None else strip.stale
            if stale and stale[-1][0] <= start <= stale[-1][1]:
                stale[-1] = stale[-1][0], max(stop, stale[-1][1])
            elif stop > start:
                stale.append((start, stop))
            if len(stale) > _MANY:
                stale[:] = [(min(a for a, _ in stale), max(b for _, b in stale))]

    def strip(self, person: int, read: Read) -> Float32:
        """Return the strip of a person, read-only, which follows every later call; `read(start, stop)` gives (n, K)."""
        view = self._fresh(person, read).values.view()
        view.setflags(write=False)
        return view

    def mean(self, person: int, read: Read) -> float:
        """Return the mean over the frames in which a person is seen; NaN where there is none."""
        strip = self._fresh(person, read)
        return strip.total / strip.count if strip.count else math.nan

    def _fresh(self, person: int, read: Read) -> _Strip:
        strip = self._strips.get(person)
        if strip is None:
            unknown = np.full(self._n_frames, np.nan, np.float32)
            strip = self._strips[person] = _Strip(unknown, stale=self._stale.pop(person, []))
        for start, stop in strip.stale:
            for a in range(start, stop, _STEP):
                b = min(a + _STEP, stop)
                strip.put(a, _mean(read(a, b)))
        strip.stale.clear()
        return strip


def _mean(score: Float32) -> Float32:
    count = np.isfinite(score).sum(axis=1)
    total = np.nansum(score, axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)

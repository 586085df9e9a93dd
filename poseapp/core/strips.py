"""The mean score of every frame, for the timeline: kept between calls, read again only where something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from poseapp.core.types import Float32

_STEP = 4096  # frames at a time, to keep memory small in long clips
_MANY = 64


class ScoreStrips:
    """Strips (T,) of persons. A strip handed out never changes; the next call returns a new one."""

    def __init__(self, n_frames: int) -> None:
        self._n_frames = n_frames
        self._strips: dict[int, Float32] = {}
        self._stale: dict[int, list[tuple[int, int]]] = {}

    def touch(self, persons: Iterable[int], start: int, stop: int) -> None:
        """Note that scores of persons changed in start .. stop."""
        for person in persons:
            stale = self._stale.get(person)
            if stale is None:
                continue
            stale.append((start, stop))
            if len(stale) > _MANY:
                stale[:] = [(min(a for a, _ in stale), max(b for _, b in stale))]

    def strip(self, person: int, read: Callable[[int, int], Float32]) -> Float32:
        """Return the strip of a person; `read(start, stop)` gives scores (n, K)."""
        stale = self._stale.get(person, [(0, self._n_frames)])
        if stale:
            strip = self._strips.get(person, np.full(self._n_frames, np.nan, np.float32)).copy()
            for start, stop in stale:
                for a in range(start, stop, _STEP):
                    b = min(a + _STEP, stop)
                    strip[a:b] = _mean(read(a, b))
            strip.setflags(write=False)
            self._strips[person], self._stale[person] = strip, []
        return self._strips[person]


def _mean(score: Float32) -> Float32:
    count = np.isfinite(score).sum(axis=1)
    total = np.nansum(score, axis=1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)

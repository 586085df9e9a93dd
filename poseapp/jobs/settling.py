"""Settles poses that come in chunks over time, a window of frames at a time: left and right, then what is astray."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from poseapp.core.layers import block_pieces
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import PoseChunk
from poseapp.inference.sides import exchange_sides, settle_sides
from poseapp.kinematics.strays import Bridged, bridge_strays

WINDOW = 1024  # frames settled at once: bounds memory and how long a correction takes to come
OVERLAP = 128  # frames behind and ahead of a window that are looked at as well

Bools = npt.NDArray[np.bool_]


class Settler:
    """Takes the chunks of one run in order and gives replacements for those frames in which something was changed.

    Attributes:
        exchanged: Frames so far in which sides were exchanged, for each person.
        bridged: Frames so far in which keypoints were astray and put where the motion leads, for each person.
    """

    def __init__(self, skeleton: Skeleton, rate: float) -> None:
        """Make one for keypoints of a skeleton at a rate, frames/s; 0 where frames do not follow each other in time."""
        self._skeleton = skeleton
        self._rate = rate
        self._held: PoseChunk | None = None  # what may still be needed; settled up to `_settled`
        self._settled = 0
        self.exchanged: tuple[int, ...] = ()
        self.bridged: tuple[int, ...] = ()

    def add(self, chunk: PoseChunk) -> Iterator[PoseChunk]:
        """Take the next chunk; yield replacements of earlier frames, at most 256 a chunk."""
        self._held = chunk if self._held is None else _join(self._held, chunk)
        if self._held is chunk:
            self._settled = chunk.start
            self.exchanged = self.bridged = (0,) * chunk.xy.shape[1]
        while self._held.stop - self._settled >= WINDOW + OVERLAP:
            yield from self._settle(self._held, self._settled + WINDOW)

    def finish(self) -> Iterator[PoseChunk]:
        """Yield the last replacements."""
        if self._held is not None:
            yield from self._settle(self._held, self._held.stop)

    def _settle(self, held: PoseChunk, stop: int) -> Iterator[PoseChunk]:
        """Settle the frames from where the last window ended to `stop`."""
        first, last = self._settled - held.start, stop - held.start
        where = np.stack(
            [settle_sides(held.xy[:, p], self._skeleton, settled=first) for p in range(held.xy.shape[1])], axis=1
        )
        where[last:] = False
        result = _exchange(held, where, self._skeleton)
        result, astray = _bridge(result, self._skeleton, self._rate, slice(first, last))
        self.exchanged, self.bridged = _count(self.exchanged, where), _count(self.bridged, astray)
        changed: Bools = np.logical_or.reduce(where | astray, axis=(1, 2))
        self._held = _cut(result, max(0, last - OVERLAP), len(result.xy))
        self._settled = stop
        for _, _, part in block_pieces(held.start + first, stop):
            rows = np.flatnonzero(changed[first:last][part]) + first + part.start
            if len(rows):
                yield _cut(result, int(rows[0]), int(rows[-1]) + 1)


def _join(a: PoseChunk, b: PoseChunk) -> PoseChunk:
    both = ((a.xy, b.xy), (a.score, b.score), (a.cov, b.cov))
    return PoseChunk(a.start, *(np.concatenate(pair) for pair in both))


def _cut(chunk: PoseChunk, first: int, last: int) -> PoseChunk:
    """Return rows first .. last of a chunk."""
    rows = slice(first, last)
    return PoseChunk(chunk.start + first, chunk.xy[rows], chunk.score[rows], chunk.cov[rows])


def _exchange(chunk: PoseChunk, where: Bools, skeleton: Skeleton) -> PoseChunk:
    """Return the chunk with keypoints exchanged `where` (n, P, K)."""
    n, P, K = where.shape
    flat = (array.reshape(n * P, K, -1) for array in (chunk.xy, chunk.score, chunk.cov))
    xy, score, cov = (exchange_sides(array, where.reshape(n * P, K), skeleton) for array in flat)
    return PoseChunk(chunk.start, xy.reshape(n, P, K, 2), score.reshape(n, P, K), cov.reshape(n, P, K, 3))


def _bridge(chunk: PoseChunk, skeleton: Skeleton, rate: float, frames: slice) -> tuple[PoseChunk, Bools]:
    """Return the chunk with what is astray in some frames put where the motion leads, and where (n, P, K)."""
    persons: list[Bridged] = [
        bridge_strays(chunk.xy[:, p], np.abs(chunk.score[:, p]), chunk.cov[:, p], skeleton, rate, frames=frames)
        for p in range(chunk.xy.shape[1])
    ]
    xy, score, cov, where = (
        np.stack([getattr(person, name) for person in persons], axis=1) for name in ("xy", "score", "cov", "where")
    )
    return PoseChunk(chunk.start, xy, np.where(where | chunk.bridged, -score, score), cov), where


def _count(before: tuple[int, ...], where: Bools) -> tuple[int, ...]:
    """Return for each person the frames before and those with anything in `where` (n, P, K)."""
    return tuple(np.add(before, where.any(axis=2).sum(axis=0)).tolist())

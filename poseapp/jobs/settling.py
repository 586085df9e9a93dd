"""Settles left and right of poses that come in chunks, a window of frames at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from poseapp.core.layers import block_pieces
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import PoseChunk
from poseapp.inference.sides import exchange_sides, settle_sides

WINDOW = 1024  # frames settled at once: bounds memory and how long a correction takes to come
OVERLAP = 128  # frames behind and ahead of a window that are looked at as well


class Settler:
    """Takes the chunks of one run in order and gives replacements for those frames in which sides were exchanged.

    Attributes:
        exchanged: Frames so far in which something was exchanged, for each person.
    """

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._held: PoseChunk | None = None  # what may still be needed; settled up to `_settled`
        self._settled = 0
        self.exchanged: tuple[int, ...] = ()

    def add(self, chunk: PoseChunk) -> Iterator[PoseChunk]:
        """Take the next chunk; yield replacements of earlier frames, at most 256 a chunk."""
        self._held = chunk if self._held is None else _join(self._held, chunk)
        if self._held is chunk:
            self._settled, self.exchanged = chunk.start, (0,) * chunk.xy.shape[1]
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
        changed: npt.NDArray[np.bool_] = np.logical_or.reduce(where, axis=2)
        self.exchanged = tuple(np.add(self.exchanged, changed.sum(axis=0)).tolist())
        result = _exchange(held, where, self._skeleton)
        self._held = _cut(result, max(0, last - OVERLAP), len(result.xy))
        self._settled = stop
        for _, _, part in block_pieces(held.start + first, stop):
            rows = np.flatnonzero(changed[first:last][part].any(axis=1)) + first + part.start
            if len(rows):
                yield _cut(result, int(rows[0]), int(rows[-1]) + 1)


def _join(a: PoseChunk, b: PoseChunk) -> PoseChunk:
    both = ((a.xy, b.xy), (a.score, b.score), (a.cov, b.cov))
    return PoseChunk(a.start, *(np.concatenate(pair) for pair in both))


def _cut(chunk: PoseChunk, first: int, last: int) -> PoseChunk:
    """Return rows first .. last of a chunk."""
    rows = slice(first, last)
    return PoseChunk(chunk.start + first, chunk.xy[rows], chunk.score[rows], chunk.cov[rows])


def _exchange(chunk: PoseChunk, where: npt.NDArray[np.bool_], skeleton: Skeleton) -> PoseChunk:
    """Return the chunk with keypoints exchanged `where` (n, P, K)."""
    n, P, K = where.shape
    flat = (array.reshape(n * P, K, -1) for array in (chunk.xy, chunk.score, chunk.cov))
    xy, score, cov = (exchange_sides(array, where.reshape(n * P, K), skeleton) for array in flat)
    return PoseChunk(chunk.start, xy.reshape(n, P, K, 2), score.reshape(n, P, K), cov.reshape(n, P, K, 3))

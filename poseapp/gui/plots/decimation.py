"""Summaries of long curves, so that painting a clip of 2.6 million frames costs the same as one of 300."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_BLOCK = 8  # entries of a level that make one of the next
_OVERSAMPLING = 2  # blocks a column at least, so that snapping to blocks shifts an edge by half a column at most


@dataclass(frozen=True)
class Columns:
    """What lies in each of n columns: least, greatest and mean value (n,), NaN where nothing is known."""

    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]


@dataclass
class _Level:
    """Blocks of `size` frames: `low` is +inf and `high` -inf where `count` is 0."""

    size: int
    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]
    total: npt.NDArray[np.float64]
    count: npt.NDArray[np.int32]


class Pyramid:
    """Values (T,) with block summaries of 8, 64, 512 .. frames; NaN = missing.

    The first `columns` costs O(T), later ones O(columns); `update` costs O(values).
    """

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self._values = np.array(values, dtype=np.float32)
        self._levels: list[_Level] | None = None

    @classmethod
    def unknown(cls, length: int) -> Pyramid:
        """Return one of which nothing is known yet."""
        pyramid = cls.__new__(cls)
        pyramid._values = np.full(length, np.nan, dtype=np.float32)
        pyramid._levels = _empty_levels(length)
        return pyramid

    def prepared(self) -> Pyramid:
        """Summarise the values now, beside the GUI thread, and not when they are first painted; return this one."""
        if self._levels is None:
            levels = _empty_levels(len(self._values))
            self._refresh(levels, 0, len(self._values))
            self._levels = levels
        return self

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> npt.NDArray[np.float32]:
        """The values (T,) themselves."""
        return self._values

    def update(self, start: int, values: npt.NDArray[Any]) -> None:
        """Replace the values from frame `start`; what lies beyond the end is dropped."""
        stop = min(start + len(values), len(self._values))
        self._values[start:stop] = values[: max(0, stop - start)]
        if self._levels is not None:
            self._refresh(self._levels, start, stop)

    def columns(self, edges: npt.NDArray[np.intp]) -> Columns:
        """Summarise the frames edges[i] .. edges[i + 1] for each i.

        Args:
            edges: (n + 1,) frames, not decreasing, within 0 .. T. A column without a frame of its own is NaN.
        """
        level = self._level_for(edges)
        size = level.size if level else 1
        bounds = edges // size
        bounds[-1] = -(-edges[-1] // size)
        first, last = int(bounds[0]), int(bounds[-1])
        if last <= first:
            nothing = np.full(len(edges) - 1, np.nan, dtype=np.float32)
            return Columns(nothing, nothing, nothing)
        part = level if level else _level_of(self._values[first:last])
        where = slice(first, last) if level else slice(None)
        inside = bounds[:-1] < last  # reduceat takes no start beyond the end
        starts = bounds[:-1][inside] - first
        count = np.zeros(len(inside), dtype=np.int64)
        count[inside] = np.add.reduceat(part.count[where], starts)
        count[bounds[1:] <= bounds[:-1]] = 0
        known = count > 0
        low, high, mean = (np.full(len(inside), np.nan, dtype=np.float32) for _ in range(3))
        low[inside] = np.minimum.reduceat(part.low[where], starts)
        high[inside] = np.maximum.reduceat(part.high[where], starts)
        mean[inside] = np.add.reduceat(part.total[where], starts) / np.maximum(count[inside], 1)
        for summary in (low, high, mean):
            summary[~known] = np.nan
        return Columns(low, high, mean)

    def _level_for(self, edges: npt.NDArray[np.intp]) -> _Level | None:
        frames_per_column = (edges[-1] - edges[0]) / max(1, len(edges) - 1)
        if frames_per_column < _BLOCK * _OVERSAMPLING:
            return None
        levels = self.prepared()._levels or []
        fitting = [level for level in levels if level.size * _OVERSAMPLING <= frames_per_column]
        return fitting[-1] if fitting else None

    def _refresh(self, levels: list[_Level], start: int, stop: int) -> None:
        below: _Level | None = None
        for level in levels:
            first, last = start // level.size, -(-stop // level.size)
            if below is None:
                _summarise(_level_of(self._values[first * _BLOCK : last * _BLOCK]), level, first)
            else:
                span = slice(first * _BLOCK, last * _BLOCK)
                part = _Level(below.size, below.low[span], below.high[span], below.total[span], below.count[span])
                _summarise(part, level, first)
            below = level


def _empty_levels(length: int) -> list[_Level]:
    levels: list[_Level] = []
    size = 1
    while length > _BLOCK:
        length, size = -(-length // _BLOCK), size * _BLOCK
        levels.append(_empty_level(size, length))
    return levels


def _empty_level(size: int, length: int) -> _Level:
    return _Level(
        size,
        np.full(length, np.inf, dtype=np.float32),
        np.full(length, -np.inf, dtype=np.float32),
        np.zeros(length),
        np.zeros(length, dtype=np.int32),
    )


def _level_of(values: npt.NDArray[np.float32]) -> _Level:
    known = np.isfinite(values)
    return _Level(
        1,
        np.where(known, values, np.float32(np.inf)),
        np.where(known, values, np.float32(-np.inf)),
        np.where(known, values, np.float32(0)).astype(np.float64),
        known.astype(np.int32),
    )


def _summarise(fine: _Level, coarse: _Level, first: int) -> None:
    if len(fine.low) == 0:
        return
    starts = np.arange(0, len(fine.low), _BLOCK)
    span = slice(first, first + len(starts))
    coarse.low[span] = np.minimum.reduceat(fine.low, starts)
    coarse.high[span] = np.maximum.reduceat(fine.high, starts)
    coarse.total[span] = np.add.reduceat(fine.total, starts)
    coarse.count[span] = np.add.reduceat(fine.count, starts)

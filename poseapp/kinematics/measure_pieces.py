"""Measures long clips piece by piece: memory and time of a change do not grow with the clip.

What is measured in a frame depends on its neighbours only: gaps are filled up to a second, the filter forgets, and the
vote on facing looks a turn's cost around. So a piece measured with a margin agrees with the same frames of the whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import (
    AngleSeries,
    FacingStretch,
    FilterReport,
    MeasureSettings,
    NeutralPose,
    PersonMeasures,
    ViewStretch,
)
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32, Float64, Source, Track
from poseapp.kinematics.measure import measure_person

MARGIN_S = 10.0

ReadTrack = Callable[[int, int], Track]
T = TypeVar("T", Track, AngleSeries)
S = TypeVar("S", FacingStretch, ViewStretch)


@dataclass(frozen=True)
class PersonSettings:
    """How one person is measured; what each means `measure_person` says."""

    settings: MeasureSettings | None = None
    user_facing: tuple[FacingStretch, ...] = ()
    neutral: NeutralPose | None = None


@dataclass(frozen=True)
class Piece:
    """Measures of the frames start .. stop of a clip; the stretches of `measures.facing` count the clip's frames."""

    start: int
    stop: int
    measures: PersonMeasures


def measure_piece(
    read: ReadTrack,
    start: int,
    stop: int,
    time: Float64,
    skeleton: Skeleton,
    *,
    how: PersonSettings | None = None,
) -> Piece:
    """Measure the frames start .. stop of a clip with frames at `time` (T,) s; `read` gives the track of any frames."""
    how = how or PersonSettings()
    first = int(np.searchsorted(time, float(time[start]) - MARGIN_S))
    last = int(np.searchsorted(time, float(time[stop - 1]) + MARGIN_S, side="right"))
    whole = measure_person(
        read(first, last),
        time[first:last],
        skeleton,
        settings=how.settings,
        user_facing=how.user_facing,
        neutral=how.neutral,
    )
    part = slice(start - first, stop - first)
    facing, view = _counted(whole.facing, first, start, stop), _counted(whole.view, first, start, stop)
    track, angles = cut_track(whole.track, start, stop), cut_angles(whole.angles, part.start, part.stop)
    arrays = {name: getattr(whole, name)[part] for name in ("final", "filtered", "source")}
    return Piece(start, stop, replace(whole, track=track, angles=angles, facing=facing, view=view, **arrays))


def cut_track(track: Track, start: int, stop: int) -> Track:
    """Return the frames start .. stop of a track, counted as its `start` is."""
    return replace(_cut(track, slice(start - track.start, stop - track.start)), start=start)


def cut_angles(angles: AngleSeries, start: int, stop: int) -> AngleSeries:
    """Return the rows start .. stop."""
    return _cut(angles, slice(start, stop))


class GrowingMeasures:
    """The measures of a long clip, filled piece by piece; missing where no piece was put yet.

    One thread puts pieces. Who reads meanwhile may see a piece half put, never anything else.
    """

    def __init__(self, n_frames: int, skeleton: Skeleton) -> None:
        K, A = skeleton.n_keypoints, len(skeleton.angles)

        def unknown(*shape: int) -> Float32:
            return np.full((n_frames, *shape), np.nan, np.float32)

        source = np.full((n_frames, K), Source.MISSING, np.uint8)
        self._track = Track(0, unknown(K, 2), unknown(K, 2), unknown(K), unknown(K, 3), source)
        plane = np.zeros((n_frames, A), np.uint8)
        series: dict[str, Any] = {name: unknown(A) for name in ("values", "raw", "sigma", "velocity")}
        self._angles = AngleSeries(skeleton.angles, **series, plane=plane)
        self._arrays: dict[str, Any] = {"final": unknown(K, 2), "filtered": unknown(K, 2), "source": source.copy()}
        self._facing: list[FacingStretch] = [FacingStretch(0, n_frames, 1, 0.5)]
        self._view: list[ViewStretch] = []  # of what was put
        self._filter: FilterReport | None = None

    def put(self, piece: Piece) -> None:
        """Take the measures of a piece."""
        part, measures = slice(piece.start, piece.stop), piece.measures
        for mine, other in ((self._track, measures.track), (self._angles, measures.angles)):
            for name in _arrays_of(mine):
                _base(getattr(mine, name))[part] = getattr(other, name)
        for name, array in self._arrays.items():
            array[part] = getattr(measures, name)
        if measures.angles.neutral != self._angles.neutral:
            self._angles = replace(self._angles, neutral=measures.angles.neutral)
        _splice(self._facing, measures.facing, piece.start, piece.stop)
        _splice(self._view, measures.view, piece.start, piece.stop)
        if self._filter is None or self._filter.kind == "none":
            self._filter = measures.filter

    def measures(self) -> PersonMeasures | None:
        """Return what was put so far, None before anything was; its arrays go on being filled."""
        if self._filter is None:
            return None
        stretches: dict[str, Any] = {"facing": tuple(self._facing), "view": tuple(self._view)}
        return PersonMeasures(self._track, angles=self._angles, filter=self._filter, **stretches, **self._arrays)


def _splice(facing: list[Any], new: Sequence[FacingStretch | ViewStretch], start: int, stop: int) -> None:
    """Replace what lies in start .. stop; stretches of one direction that meet at its ends become one."""
    low = bisect_left(facing, start, key=lambda s: s.stop)
    high = bisect_right(facing, stop, key=lambda s: s.start)
    old = facing[low:high]
    before = [replace(s, stop=min(s.stop, start)) for s in old if s.start < start]
    after = [replace(s, start=max(s.start, stop)) for s in old if s.stop > stop]
    joined: list[Any] = []
    for one in [*before, *new, *after]:
        if joined and _alike(joined[-1], one):
            last = joined[-1]
            longer = last if last.stop - last.start >= one.stop - one.start else one
            joined[-1] = replace(longer, start=last.start, stop=one.stop)
        else:
            joined.append(one)
    facing[low:high] = joined


def _alike(one: FacingStretch | ViewStretch, other: FacingStretch | ViewStretch) -> bool:
    by_user = getattr(one, "by_user", False) == getattr(other, "by_user", False)
    return one.direction == other.direction and by_user


def _counted(stretches: Sequence[S], first: int, start: int, stop: int) -> tuple[S, ...]:
    """Return the stretches of a piece whose frames begin at `first`, counted as the clip's, within start .. stop."""
    cut = (replace(s, start=max(s.start + first, start), stop=min(s.stop + first, stop)) for s in stretches)
    return tuple(s for s in cut if s.start < s.stop)


def _arrays_of(instance: Track | AngleSeries) -> list[str]:
    return [field.name for field in fields(instance) if isinstance(getattr(instance, field.name), np.ndarray)]


def _cut(instance: T, part: slice) -> T:
    return replace(instance, **{name: getattr(instance, name)[part] for name in _arrays_of(instance)})


def _base(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the array that a frozen dataclass shows read-only."""
    assert isinstance(array.base, np.ndarray)
    return array.base

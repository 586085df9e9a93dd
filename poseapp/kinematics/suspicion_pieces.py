"""Looks for suspicious moments in parts of a long clip: the memory and the time of a change do not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from poseapp.core.analysis import AngleSeries
from poseapp.core.moments import Moment, order_by_severity
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Array, Float64, Track
from poseapp.kinematics.measure_pieces import cut_angles, cut_track
from poseapp.kinematics.suspicion import as_predicted, find_moments

MARGIN_S = 10.0  # what happens this far away does not make a moment suspicious

Span = tuple[int, int]
ReadOther = Callable[[Track], "Array | None"]


@dataclass(frozen=True)
class Looked:
    """What was found: the moments, and those of the predictions where a person has placed something since."""

    moments: tuple[Moment, ...]
    before: tuple[Moment, ...]


@dataclass(frozen=True)
class Sight:
    """Where to look: one person's track and angles over T frames at `time` (T,) s; `other` as `find_moments` takes."""

    track: Track
    angles: AngleSeries
    time: Float64
    skeleton: Skeleton
    person: int
    read_other: ReadOther


def look_at(sight: Sight, span: Span) -> Looked:
    """Return what is suspicious with its worst frame in start .. stop; the whole track is looked at as it is."""
    start, stop = span
    time, n_frames = sight.time, len(sight.time)
    first = int(np.searchsorted(time, float(time[start]) - MARGIN_S))
    last = int(np.searchsorted(time, float(time[stop - 1]) + MARGIN_S, side="right"))
    is_whole = (first, last) == (0, n_frames)
    track = sight.track if is_whole else cut_track(sight.track, first, last)
    angles = sight.angles if is_whole else cut_angles(sight.angles, first, last)
    other, predicted = sight.read_other(track), as_predicted(track)

    def find(seen: Track, joints: AngleSeries | None) -> Iterator[Moment]:
        found = find_moments(seen, time[first:last], sight.skeleton, person=sight.person, angles=joints, other=other)
        return (moment for moment in found if start <= moment.peak < stop)

    before = () if predicted is track else tuple(find(predicted, None))
    return Looked(tuple(find(track, angles)), before)


def replaced(known: Sequence[Moment], spans: Sequence[Span], found: Sequence[Moment]) -> tuple[Moment, ...]:
    """Return moments with those in some spans exchanged for what was found there, the worst first."""
    kept = [moment for moment in known if not any(start <= moment.peak < stop for start, stop in spans)]
    return order_by_severity([*kept, *found])

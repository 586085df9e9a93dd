"""Two clips laid over each other in time: by timestamps, never by counting frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from poseapp.core.items import Event
from poseapp.core.types import Float64


@dataclass(frozen=True)
class Sync:
    """`first` s of the first clip's clock happens together with `second` s of the second's.

    Attributes:
        name: What happens then, such as "heel strike, right"; "" when that was not said.
    """

    first: float
    second: float
    name: str = ""

    @property
    def offset(self) -> float:
        """What the second clip's clock shows more than the first's at the same moment, s."""
        return self.second - self.first

    def in_second(self, seconds: float) -> float:
        """Return the time of the second clip that goes with one of the first, s."""
        return seconds + self.offset

    def turned(self) -> Sync:
        """Return the same with the two clips exchanged."""
        return Sync(self.second, self.first, self.name)


def frame_near(pts: Float64, seconds: float) -> int | None:
    """Return the frame nearest in time, the earlier one of two; None before the first and after the last has ended.

    A single picture is shown at any time. `pts` (T,) s, T > 0.
    """
    if len(pts) == 1:
        return 0
    if seconds < pts[0] - (pts[1] - pts[0]) / 2 or seconds > 2 * pts[-1] - pts[-2]:
        return None
    return nearest_frame(pts, seconds)


def nearest_frame(pts: Float64, seconds: float) -> int:
    """Return the frame nearest in time, the earlier one of two, also beyond the ends. `pts` (T,) s, T > 0."""
    after = int(np.clip(np.searchsorted(pts, seconds), 1, max(1, len(pts) - 1)))
    if len(pts) == 1 or seconds - pts[after - 1] <= pts[after] - seconds:
        return after - 1
    return after


@dataclass(frozen=True)
class SharedEvent:
    """An event that happens in both clips.

    Attributes:
        label: Its name, and its side where it has one.
        first, second: Frames in which it happens, rising, at least one in each clip.
    """

    label: str
    first: tuple[int, ...]
    second: tuple[int, ...]

    def nearest(self, first: int, second: int) -> tuple[int, int]:
        """Return for each clip the happening nearest to a frame, the earlier one of two."""
        return _nearest(self.first, first), _nearest(self.second, second)


def shared_events(
    first: Iterable[Event], second: Iterable[Event], *, persons: tuple[int, int] = (0, 0)
) -> tuple[SharedEvent, ...]:
    """Return the events of the same name and side in both clips, by name; those of other persons do not count."""
    ours, theirs = (_frames_by_label(events, person) for events, person in zip((first, second), persons, strict=True))
    return tuple(
        SharedEvent(label, tuple(frames), tuple(theirs[key][1]))
        for key, (label, frames) in sorted(ours.items())
        if key in theirs
    )


def _frames_by_label(events: Iterable[Event], person: int) -> dict[tuple[str, str], tuple[str, list[int]]]:
    found: dict[tuple[str, str], tuple[str, list[int]]] = {}
    for event in sorted(events, key=lambda event: event.frame):
        if event.person not in (-1, person):
            continue
        name = event.name.strip()
        label = f"{name}, {event.side}" if event.side else name
        _, frames = found.setdefault((name.casefold(), event.side), (label, []))
        if not frames or frames[-1] != event.frame:
            frames.append(event.frame)
    return found


def _nearest(frames: tuple[int, ...], frame: int) -> int:
    return min(frames, key=lambda other: (abs(other - frame), other))

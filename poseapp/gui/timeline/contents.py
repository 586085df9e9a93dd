"""What the lanes of the timeline show, ready to be painted at a cost that does not depend on its amount."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from poseapp.core.items import Bookmark, Event
from poseapp.gui.plots.decimation import Pyramid
from poseapp.gui.timeline.lanes import LaneName
from poseapp.services.playback import Zone

Frames = npt.NDArray[np.intp]
MAX_CYCLE_ROWS = 4
T = TypeVar("T", Event, Bookmark)


def no_frames() -> Frames:
    """Return the frames of nothing."""
    return np.zeros(0, dtype=np.intp)


@dataclass(frozen=True)
class Cycle:
    """The frames start .. stop from one event to the next of its kind; the `index`-th of them, from 0."""

    start: int
    stop: int
    index: int


@dataclass(frozen=True)
class CycleRow:
    """Every cycle of one kind of event: its name and side, and the cycles in order."""

    name: str
    side: str
    cycles: tuple[Cycle, ...]
    starts: Frames = field(default_factory=no_frames, compare=False)

    def at(self, frame: int) -> Cycle | None:
        """Return the cycle that a frame lies in."""
        place = int(np.searchsorted(self.starts, frame, side="right")) - 1
        return self.cycles[place] if place >= 0 and frame < self.cycles[place].stop else None


class Placed(Generic[T]):
    """Items of one kind in the order of their frames.

    Attributes:
        frames: (n,) ascending. items: (number, item) of each.
    """

    def __init__(self, items: Iterable[tuple[int, T]] = ()) -> None:
        self.items: tuple[tuple[int, T], ...] = tuple(sorted(items, key=lambda one: one[1].frame))
        self.frames: Frames = np.array([item.frame for _, item in self.items], dtype=np.intp)

    def __len__(self) -> int:
        return len(self.items)

    def get(self, number: int) -> T | None:
        """Return an item by its number."""
        return next((item for held, item in self.items if held == number), None)

    def beside(self, frame: int, direction: int) -> tuple[int, T] | None:
        """Return the nearest item after (+1) or before (-1) a frame."""
        if direction > 0:
            place = int(np.searchsorted(self.frames, frame, side="right"))
        else:
            place = int(np.searchsorted(self.frames, frame, side="left")) - 1
        return self.items[place] if 0 <= place < len(self.items) else None


@dataclass
class Contents:
    """What there is to show.

    Attributes:
        scores: Mean score of each frame. threshold: Scores below it are hatched as unsure.
        marked, propagated, interpolated: Frames, ascending.
        moments: Frames (start, stop) to be reviewed. done: Frames (start, stop) that a running analysis has done.
        events, bookmarks: By frame. cycles: A row for each kind of event that comes twice.
        person: Whose events stand out. zone: The working zone. chosen: Number of the chosen item, 0 for none.
    """

    scores: Pyramid = field(default_factory=lambda: Pyramid(np.zeros(0)))
    threshold: float = 0.4
    marked: Frames = field(default_factory=no_frames)
    propagated: Frames = field(default_factory=no_frames)
    interpolated: Frames = field(default_factory=no_frames)
    moments: Frames = field(default_factory=lambda: np.zeros((0, 2), dtype=np.intp))  # (n, 2): start, stop
    done: tuple[tuple[int, int], ...] = ()
    events: Placed[Event] = field(default_factory=lambda: Placed[Event]())
    bookmarks: Placed[Bookmark] = field(default_factory=lambda: Placed[Bookmark]())
    cycles: tuple[CycleRow, ...] = ()
    person: int = 0
    zone: Zone | None = None
    chosen: int = 0

    def item(self, number: int) -> Event | Bookmark | None:
        """Return an event or bookmark by its number."""
        return self.events.get(number) or self.bookmarks.get(number)

    def held(self) -> tuple[LaneName, ...]:
        """Return the lanes that take room: some always, the others when there is something in them."""
        held: list[LaneName] = ["confidence", "source"]
        held += ["events"] if len(self.events) else []
        held += ["cycles"] if self.cycles else []
        held += ["bookmarks"] if len(self.bookmarks) else []
        return (*held, "review")


def cycle_rows(events: Sequence[tuple[int, Event]], person: int) -> tuple[CycleRow, ...]:
    """Return the cycles of a person, and of nobody in particular: from each event to the next of its name and side.

    Right comes before left, as in the plots. There are `MAX_CYCLE_ROWS` at most, the kinds with most cycles.
    """
    kinds: dict[tuple[str, str, int], set[int]] = {}
    for _, event in events:
        if event.person in (person, -1):
            kinds.setdefault((event.name, event.side, event.person), set()).add(event.frame)
    rows = [_row(name, side, sorted(frames)) for (name, side, _), frames in kinds.items() if len(frames) > 1]
    most = sorted(rows, key=lambda row: -len(row.cycles))[:MAX_CYCLE_ROWS]
    return tuple(sorted(most, key=lambda row: (row.name, ("right", "left", "").index(row.side))))


def _row(name: str, side: str, frames: list[int]) -> CycleRow:
    cycles = tuple(Cycle(start, stop, i) for i, (start, stop) in enumerate(pairwise(frames)))
    return CycleRow(name, side, cycles, np.array(frames[:-1], dtype=np.intp))

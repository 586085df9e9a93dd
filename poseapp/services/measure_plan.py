"""What of a clip is still to be measured, and in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from poseapp.core.types import Float64

PIECE = 4096  # frames
REACH_S = 5.0  # how far from a change measures may differ


@dataclass(frozen=True)
class Span:
    """Frames start .. stop of a person; `urgent` when somebody has just changed them."""

    person: int
    start: int
    stop: int
    urgent: bool = False


class MeasurePlan:
    """Spans that wait, and those that a job has.

    Attributes:
        whole: Clips are measured as a whole, not in pieces.
    """

    def __init__(self, n_frames: int, *, whole: bool = True) -> None:
        self.whole = whole
        self._n_frames = n_frames
        self._urgent: list[Span] = []
        self._waiting: dict[Span, None] = {}  # pieces of a fixed grid, in order of arrival
        self._taken: dict[Span, None] = {}

    def __bool__(self) -> bool:
        return bool(self._urgent or self._waiting or self._taken)

    @property
    def should_interrupt(self) -> bool:
        """Tell whether something waits that should not wait for the rest of the clip, which a job has now."""
        return bool(self._urgent) and any(not span.urgent for span in self._taken)

    def add(self, person: int, start: int, stop: int) -> None:
        """Let frames start .. stop of a person be measured."""
        if self.whole:
            self._waiting[Span(person, 0, self._n_frames)] = None
        elif stop - start <= PIECE:
            self._add_urgent(Span(person, start, stop, urgent=True))
        else:
            for first in range(start // PIECE * PIECE, stop, PIECE):
                self._waiting[Span(person, first, min(first + PIECE, self._n_frames))] = None

    def take(self, focus: int) -> tuple[Span, ...]:
        """Return what to measure now: what is urgent alone, else everything, what lies near a frame first."""
        if self._urgent:
            spans, self._urgent = self._urgent, []
        else:
            spans = sorted(self._waiting, key=lambda span: max(span.start - focus, focus - span.stop))
            self._waiting = {}
        self._taken = dict.fromkeys(spans)
        return tuple(spans)

    def finish(self, span: Span) -> None:
        """Learn that a span was measured."""
        self._taken.pop(span, None)

    def put_back(self) -> None:
        """Let what was taken and not finished wait again."""
        for span in self._taken:
            if span.urgent:
                self._add_urgent(span)
            else:
                self._waiting[span] = None
        self._taken = {}

    def give_up(self) -> None:
        """Forget what was taken."""
        self._taken = {}

    def drop_from(self, person: int) -> frozenset[int]:
        """Forget the persons from this one on; return whom that concerned."""
        gone = {span.person for span in (*self._urgent, *self._waiting) if span.person >= person}
        self._urgent = [span for span in self._urgent if span.person < person]
        self._waiting = {span: None for span in self._waiting if span.person < person}
        return frozenset(gone)

    def _add_urgent(self, span: Span) -> None:
        """Add a span, joined with one that it meets as long as both together are no longer than a piece."""
        for i, other in enumerate(self._urgent):
            start, stop = min(span.start, other.start), max(span.stop, other.stop)
            is_near = start + (span.stop - span.start) + (other.stop - other.start) >= stop
            if other.person == span.person and is_near and stop - start <= PIECE:
                self._urgent[i] = Span(span.person, start, stop, urgent=True)
                return
        self._urgent.append(span)


def reach_of(start: int, stop: int, time: Float64) -> tuple[int, int]:
    """Return the frames whose measures a change in start .. stop may touch; `time` (T,) s of the clip."""
    first, last = float(time[start]) - REACH_S, float(time[min(stop, len(time)) - 1]) + REACH_S
    return int(np.searchsorted(time, first)), int(np.searchsorted(time, last, side="right"))

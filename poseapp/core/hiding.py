"""Which predictions are hidden: persons who were taken out of a clip, or of a stretch of it."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from poseapp.core.columns import Slots
from poseapp.core.errors import EditConflictError
from poseapp.core.spans import Span, Spans, joined_spans, spans_inside, spans_outside
from poseapp.core.types import Float32


class HiddenPredictions:
    """The stretches in which predictions of persons are hidden, by the person as whom they are seen after swaps."""

    def __init__(self) -> None:
        self._spans: dict[int, Spans] = {}

    def of(self, person: int) -> Spans:
        """Return the hidden stretches of a person, in order and apart."""
        return self._spans.get(person, ())

    def snapshot(self) -> HiddenPredictions:
        """Return what is hidden now."""
        other = HiddenPredictions()
        other._spans = dict(self._spans)
        return other

    def change(self, person: int, before: Spans, after: Spans) -> Span:
        """Hide `after` instead of `before`; return the frames start .. stop that this touches.

        Raises:
            EditConflictError: `before` is not what is hidden; nothing has changed.
        """
        if self.of(person) != before:
            raise EditConflictError(f"what is hidden of person {person + 1} is not what the edit expects")
        self._put(person, after)
        differing = [end for span in set(before) ^ set(after) for end in span]
        return min(differing, default=0), max(differing, default=0)

    def swap(self, first: int, second: int, start: int, stop: int) -> None:
        """Let what is hidden of two persons trade places in start .. stop."""
        one, other = self.of(first), self.of(second)
        if not one and not other:
            return
        self._put(first, joined_spans(spans_outside(one, start, stop) + spans_inside(other, start, stop)))
        self._put(second, joined_spans(spans_outside(other, start, stop) + spans_inside(one, start, stop)))

    def blank(self, values: Float32, start: int, shown: Slots, n_keypoints: int) -> None:
        """Turn the hidden of values (n, S, ...) to NaN: frames from `start`, the `shown` slots."""
        for person, spans in self._spans.items():
            first = max(0, bisect_right(spans, (start, start)) - 1)
            for a, b in spans[first:]:
                if a >= start + len(values):
                    break
                if b > start:
                    values[max(0, a - start) : b - start, shown // n_keypoints == person] = np.nan

    def _put(self, person: int, spans: Spans) -> None:
        self._spans.pop(person, None)
        if spans:
            self._spans[person] = spans

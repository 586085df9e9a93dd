"""Which predicted keypoint is shown where: swaps as permutations, kept for stretches of frames.

A slot is person * K + keypoint. Slots keep their number when persons are added, so a permutation never goes stale.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from poseapp.core.columns import Renumbering, Slots

_IDENTITY: tuple[int, ...] = ()


class SwapMap:
    """A piecewise constant permutation of slots over the frames; cost grows with swaps, not with frames.

    Piece i holds from `_starts[i]` to the next start. An order lists the slot to read for each shown slot, without the
    trailing ones that stay in place, and neighbours differ, so that equal permutations are equal data.

    Attributes:
        n_slots: One more than the highest slot that is moved anywhere; 0 when none is.
    """

    def __init__(self) -> None:
        self._starts = [0]
        self._orders = [_IDENTITY]
        self.n_slots = 0

    def snapshot(self) -> SwapMap:
        """Return what is now."""
        other = SwapMap()
        other._starts, other._orders, other.n_slots = list(self._starts), list(self._orders), self.n_slots
        return other

    def renumbered(self, numbers: Renumbering) -> SwapMap:
        """Return the same swaps under other keypoint numbers.

        A swap of persons trades whole bodies, so a keypoint that is put in trades with them; within a body it is where
        it is. One that is taken out must not have traded places within a body, see `trades`.
        """
        other = SwapMap()
        other._starts = list(self._starts)
        other._orders = [_renumbered(order, numbers) for order in self._orders]
        other.n_slots = max(len(order) for order in other._orders)
        return other

    def trades(self, keypoints: frozenset[int], n_keypoints: int) -> bool:
        """Tell whether any of some keypoints trades places within a body anywhere."""
        return any(
            slot % n_keypoints in keypoints and read % n_keypoints != slot % n_keypoints
            for order in self._orders
            for slot, read in enumerate(order)
        )

    def swap(self, start: int, stop: int, pairs: list[tuple[int, int]]) -> None:
        """Let the shown slots of each pair trade places in start .. stop; twice is nothing at all."""
        first, last = self._split(start), self._split(stop)
        before = max(len(order) for order in self._orders[first:last])
        for i in range(first, last):
            self._orders[i] = _exchanged(self._orders[i], pairs)
        after = max(len(order) for order in self._orders[first:last])
        # Neighbours that differed still do, but for those at the two ends.
        for i in (last, first):
            self._merge(i)
        if after >= self.n_slots:
            self.n_slots = after
        elif before == self.n_slots:
            self.n_slots = max(len(order) for order in self._orders)

    def pieces(self, start: int, stop: int, shown: Slots) -> Iterator[tuple[int, int, Slots]]:
        """Yield (start, stop, slots to read for the `shown` ones) that cover start .. stop."""
        i = bisect_right(self._starts, start) - 1
        while start < stop:
            end = self._starts[i + 1] if i + 1 < len(self._starts) else stop
            yield start, min(end, stop), _read_slots(self._orders[i], shown)
            start, i = end, i + 1

    def moves(self, start: int, stop: int) -> bool:
        """Tell whether anything is out of place in start .. stop."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, stop - 1)
        return any(self._orders[first:last])

    def _split(self, frame: int) -> int:
        i = bisect_right(self._starts, frame) - 1
        if self._starts[i] == frame:
            return i
        self._starts.insert(i + 1, frame)
        self._orders.insert(i + 1, self._orders[i])
        return i + 1

    def _merge(self, i: int) -> None:
        """Make piece i part of the one before it where the two are equal."""
        if 0 < i < len(self._orders) and self._orders[i] == self._orders[i - 1]:
            del self._starts[i], self._orders[i]


def _exchanged(order: tuple[int, ...], pairs: list[tuple[int, int]]) -> tuple[int, ...]:
    size = max(len(order), 1 + max(max(pair) for pair in pairs))
    slots = [*order, *range(len(order), size)]
    for a, b in pairs:
        slots[a], slots[b] = slots[b], slots[a]
    return _trimmed(slots)


def _renumbered(order: tuple[int, ...], numbers: Renumbering) -> tuple[int, ...]:
    n_persons = -(-len(order) // numbers.before)
    reads = [*order, *range(len(order), n_persons * numbers.before)]
    slots = []
    for person in range(n_persons):
        first = person * numbers.before
        for after in range(numbers.after):
            before = numbers.backward.get(after)
            source, keypoint = divmod(reads[first if before is None else first + before], numbers.before)
            slots.append(source * numbers.after + (after if before is None else numbers.forward[keypoint]))
    return _trimmed(slots)


def _trimmed(slots: list[int]) -> tuple[int, ...]:
    """Return an order without the trailing slots that stay in place."""
    while slots and slots[-1] == len(slots) - 1:
        slots.pop()
    return tuple(slots)


def _read_slots(order: tuple[int, ...], shown: Slots) -> Slots:
    if not order:
        return shown
    table = np.arange(max(len(order), int(shown.max(initial=-1)) + 1), dtype=np.intp)
    table[: len(order)] = order
    return table[shown]

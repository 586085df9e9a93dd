"""The two layers of a pose store: what networks said, and what people said, in blocks of frames.

Blocks make one frame cost the same in a clip of 300 frames and of 2.6 million, and a stretch of frames a few copies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from poseapp.core.columns import Columns, Renumbering, Slots
from poseapp.core.frame_counts import FrameCounts
from poseapp.core.types import Float32, Key, Mark, PoseChunk

BLOCK_FRAMES = 256  # this and N_VALUES are written to project files: never change them
N_VALUES = 6  # x, y, score, and the covariance xx, xy, yy of one keypoint
UNMARKED = -1


def chunk_values(chunk: PoseChunk) -> Float32:
    """Return a chunk as one array (n, P, K, 6) of x, y, score, xx, xy, yy."""
    return np.concatenate([chunk.xy, chunk.score[..., None], chunk.cov], axis=-1, dtype=np.float32)


def block_pieces(start: int, stop: int) -> Iterator[tuple[int, slice, slice]]:
    """Yield (block, frames within the block, the same frames counted from `start`) that cover start .. stop."""
    for block in range(start // BLOCK_FRAMES, -(-stop // BLOCK_FRAMES)):
        origin = block * BLOCK_FRAMES
        a, b = max(start, origin), min(stop, origin + BLOCK_FRAMES)
        yield block, slice(a - origin, b - origin), slice(a - start, b - start)


class PredictionLayer:
    """Predicted keypoints of frames, by slot; frames without a prediction read as NaN.

    Attributes:
        columns: Which of the network's keypoints is which of those shown; predictions stay as the network made them.
        n_slots: As many as the network's predictions need.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._blocks: dict[int, Float32] = {}
        self._present: dict[int, npt.NDArray[np.bool_]] = {}
        self._shared: set[int] = set()  # blocks that a snapshot holds, too
        self.n_slots = 0

    def snapshot(self) -> PredictionLayer:
        """Return what is now, for another thread to read: no block is copied before it is written again."""
        other = PredictionLayer(self.columns)
        other._blocks, other._present, other.n_slots = dict(self._blocks), dict(self._present), self.n_slots
        self._shared, other._shared = set(self._blocks), set(self._blocks)
        return other

    @property
    def n_persons(self) -> int:
        """As many as were predicted anywhere."""
        return -(-self.n_slots // self.columns.n_held)

    def write(self, start: int, values: Float32) -> None:
        """Put values (n, S, 6) of the network's slots over the frames from `start`; what they held before is gone."""
        n, slots = values.shape[:2]
        self.n_slots = max(self.n_slots, slots)
        for block, here, there in block_pieces(start, start + n):
            data = self._room(block, slots)
            data[here] = np.nan
            data[here, :slots] = values[there]
            self._present[block][here] = True

    def read(self, start: int, stop: int, slots: Slots) -> Float32:
        """Return (stop - start, S, 6) of the slots shown that are asked for; NaN where nothing was predicted."""
        slots = self.columns.slots(slots)
        out = np.full((stop - start, len(slots), N_VALUES), np.nan, np.float32)
        for block, here, there in block_pieces(start, stop):
            data = self._blocks.get(block)
            if data is not None:
                _take(data, here, slots, out[there])
        return out

    def present(self, frame: int) -> bool:
        """Tell whether a network has looked at a frame, whatever it found."""
        block, row = divmod(frame, BLOCK_FRAMES)
        return block in self._present and bool(self._present[block][row])

    def _room(self, block: int, slots: int) -> Float32:
        data = self._blocks.get(block)
        if data is None:
            data = np.full((BLOCK_FRAMES, slots, N_VALUES), np.nan, np.float32)
            self._present[block] = np.zeros(BLOCK_FRAMES, np.bool_)
        elif block in self._shared:
            data, self._present[block] = data.copy(), self._present[block].copy()
            self._shared.discard(block)
        self._blocks[block] = _widened(data, slots, np.nan)
        return self._blocks[block]


@dataclass
class _MarkBlock:
    place: Float32  # (256, S, 3): x, y, sigma px
    state: npt.NDArray[np.int8]  # (256, S), UNMARKED where nobody said anything
    columns: Columns  # which of these are shown as which: a block is not rewritten before somebody marks in it


class MarkLayer:
    """Marks by key, and the same as arrays for reading stretches of frames."""

    def __init__(self, n_keypoints: int) -> None:
        self._n_keypoints, self._plain = n_keypoints, Columns.same(n_keypoints)
        self._frames: dict[int, dict[tuple[int, int], Mark]] = {}
        self._blocks: dict[int, _MarkBlock] = {}
        self._per_person: dict[int, int] = {}
        self._placed = FrameCounts()  # how many marks of each frame a person made
        self._propagated = FrameCounts()  # the same of the others
        self._shared: set[int] = set()  # blocks that a snapshot holds, too

    @property
    def n_persons(self) -> int:
        """One more than the highest person with a mark; 0 without marks."""
        return 1 + max(self._per_person, default=-1)

    @property
    def persons(self) -> frozenset[int]:
        """Those with a mark."""
        return frozenset(self._per_person)

    def snapshot(self) -> MarkLayer:
        """Return what `read` and `n_persons` give now, for another thread: no block is copied before it changes."""
        other = MarkLayer(self._n_keypoints)
        other._blocks, other._per_person = dict(self._blocks), dict(self._per_person)
        self._shared = set(self._blocks)
        return other

    def forked(self) -> MarkLayer:
        """Return the same marks, to go on with apart: no block is copied before one of the two changes it."""
        other = self.snapshot()
        other._shared = set(other._blocks)
        other._frames = {frame: dict(marks) for frame, marks in self._frames.items()}
        other._placed, other._propagated = self._placed.copied(), self._propagated.copied()
        return other

    def renumbered(self, numbers: Renumbering) -> MarkLayer:
        """Return the same marks under other keypoint numbers; those of numbers taken out must be gone."""
        other = MarkLayer(numbers.after)
        other._per_person, other._placed, other._propagated = self._per_person, self._placed, self._propagated
        other._frames, other._shared = self._frames, self._shared
        if not numbers.moves_none:
            other._frames = {
                frame: {(person, numbers.forward[k]): mark for (person, k), mark in marks.items()}
                for frame, marks in self._frames.items()
            }
        columns = {held: held.renumbered(numbers) for held in {block.columns for block in self._blocks.values()}}
        other._blocks = {
            number: _MarkBlock(block.place, block.state, columns[block.columns])
            for number, block in self._blocks.items()
        }
        return other

    def count_of(self, keypoints: frozenset[int]) -> int:
        """Return how many marks there are on some keypoints."""
        return sum(k in keypoints for marks in self._frames.values() for _, k in marks)

    def get(self, key: Key) -> Mark | None:
        """Return the mark of a key."""
        return self._frames.get(key.frame, {}).get((key.person, key.keypoint))

    def set(self, key: Key, mark: Mark | None) -> None:
        """Put, replace or remove (None) the mark of a key."""
        self._drop(key)
        if mark is not None:
            self._frames.setdefault(key.frame, {})[key.person, key.keypoint] = mark
            self._per_person[key.person] = self._per_person.get(key.person, 0) + 1
            self._counts(mark).add(key.frame)
        self._write(key, mark)

    def frames(self) -> npt.NDArray[np.intp]:
        """Return the frames with a mark that a person made, ascending."""
        return self._placed.frames()

    def propagated_frames(self) -> npt.NDArray[np.intp]:
        """Return the frames with a mark that follows from one nearby, ascending."""
        return self._propagated.frames()

    def spans(self) -> list[tuple[int, int]]:
        """Return the blocks (start, stop) of frames outside which there is no mark, ascending."""
        return [(number * BLOCK_FRAMES, (number + 1) * BLOCK_FRAMES) for number in sorted(self._blocks)]

    def between(self, start: int, stop: int) -> list[tuple[Key, Mark]]:
        """Return every mark in the frames start .. stop."""
        frames = range(start, stop) if stop - start < len(self._frames) else sorted(self._frames)
        return [
            (Key(frame, person, keypoint), mark)
            for frame in frames
            if start <= frame < stop
            for (person, keypoint), mark in self._frames.get(frame, {}).items()
        ]

    def read(self, start: int, stop: int, slots: Slots) -> tuple[Float32, npt.NDArray[np.int8]]:
        """Return x, y, sigma (n, S, 3) px and states (n, S), UNMARKED where there is no mark."""
        place = np.full((stop - start, len(slots), 3), np.nan, np.float32)
        state = np.full((stop - start, len(slots)), UNMARKED, np.int8)
        for block, here, there in block_pieces(start, stop):
            data = self._blocks.get(block)
            if data is not None:
                held = data.columns.slots(slots)
                _take(data.place, here, held, place[there])
                _take(data.state, here, held, state[there])
        return place, state

    def _counts(self, mark: Mark) -> FrameCounts:
        return self._placed if mark.is_placed else self._propagated

    def _drop(self, key: Key) -> None:
        marks = self._frames.get(key.frame, {})
        mark = marks.pop((key.person, key.keypoint), None)
        if mark is None:
            return
        self._counts(mark).drop(key.frame)
        self._per_person[key.person] -= 1
        if not self._per_person[key.person]:
            del self._per_person[key.person]
        if not marks:
            del self._frames[key.frame]

    def _write(self, key: Key, mark: Mark | None) -> None:
        number, row = divmod(key.frame, BLOCK_FRAMES)
        slot = key.person * self._n_keypoints + key.keypoint
        width = (key.person + 1) * self._n_keypoints
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = _empty_marks(width, self._n_keypoints)
        elif number in self._shared or block.columns != self._plain:
            block = self._blocks[number] = _arranged(block, self._n_keypoints)
        self._shared.discard(number)
        block.place = _widened(block.place, width, np.nan)
        block.state = _widened(block.state, width, UNMARKED)
        block.place[row, slot] = np.nan if mark is None else (mark.x, mark.y, mark.sigma)
        block.state[row, slot] = UNMARKED if mark is None else mark.state


def _empty_marks(slots: int, n_keypoints: int) -> _MarkBlock:
    place = np.full((BLOCK_FRAMES, slots, 3), np.nan, np.float32)
    state = np.full((BLOCK_FRAMES, slots), UNMARKED, np.int8)
    return _MarkBlock(place, state, Columns.same(n_keypoints))


def _arranged(block: _MarkBlock, n_keypoints: int) -> _MarkBlock:
    """Return a copy of a block in which marks lie as they are shown."""
    n_persons = -(-block.state.shape[1] // block.columns.n_held)
    copy = _empty_marks(n_persons * n_keypoints, n_keypoints)
    held = block.columns.slots(np.arange(n_persons * n_keypoints, dtype=np.intp))
    _take(block.place, slice(None), held, copy.place)
    _take(block.state, slice(None), held, copy.state)
    return copy


def _take(data: npt.NDArray[Any], rows: slice, slots: Slots, out: npt.NDArray[Any]) -> None:
    """Copy the slots that a block has; it may be narrower than what is asked for."""
    held = slots < data.shape[1]
    if held.all():
        out[...] = data[rows].take(slots, axis=1)
    else:
        out[:, held] = data[rows].take(slots[held], axis=1)


def _widened(data: npt.NDArray[Any], slots: int, empty: float) -> npt.NDArray[Any]:
    missing = slots - data.shape[1]
    if missing <= 0:
        return data
    pad = [(0, 0), (0, missing)] + [(0, 0)] * (data.ndim - 2)
    return np.pad(data, pad, constant_values=empty)

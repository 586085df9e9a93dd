"""The poses of a clip: predictions that never change, marks on top, swaps in between.

How swaps and marks meet: a swap trades *what is seen* in a stretch of frames. Predictions stay where they are and
are read through a permutation; a mark moves to the key where its keypoint is now seen, and so does the facing a
person set. So a key always names what the window shows, swapping twice is nothing at all, and a new run of a network
is read through the same swaps and lies under the same marks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import FacingStretch
from poseapp.core.columns import Columns, Slots
from poseapp.core.edit_checks import MAX_PERSONS, check_keypoints, check_persons, check_span
from poseapp.core.edits import (
    AcceptEdit,
    AnglesEdit,
    Edit,
    EditGroup,
    FacingEdit,
    HideEdit,
    ItemsEdit,
    KeypointsEdit,
    MarksEdit,
    SwapPersonsEdit,
    SwapSidesEdit,
    inverse,
)
from poseapp.core.errors import BadInputError, EditConflictError
from poseapp.core.hiding import HiddenPredictions
from poseapp.core.items import ItemBoard
from poseapp.core.layers import UNMARKED, MarkLayer, PredictionLayer, chunk_values
from poseapp.core.moments import AcceptedMoments
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.permutation import SwapMap
from poseapp.core.reshaping import predicted_columns, reshape
from poseapp.core.skeleton import Skeleton
from poseapp.core.stretches import differing_range, inside, outside, user_stretches
from poseapp.core.strips import ScoreStrips
from poseapp.core.types import Float32, Key, Mark, MarkState, PoseChunk, PoseView, Source, Track, predicted_sources

_SOURCES = np.array([Source.CORRECTED, Source.OCCLUDED, Source.ABSENT, Source.PROPAGATED], np.uint8)  # by MarkState
PROPAGATED_SCORE = 0.9  # share of propagated keypoints that are right, see docs/correction.md

ChangeKind = Literal["marks", "predictions", "facing", "review", "items", "skeleton", "all"]


@dataclass(frozen=True)
class ChangeSet:
    """What a change touched: frames start .. stop, persons, and which layer ("all" for a swap, or for several).

    "review" and "items" touch no pose: they name no frame and no person. "skeleton" is about the keypoints and angles
    there are. "all" may have changed all of these, too.
    """

    start: int
    stop: int
    persons: frozenset[int]
    kind: ChangeKind


class PoseStore:
    """Poses of P persons over T frames. Changed by `add_chunk`, `clear_predictions` and `apply` only.

    Attributes:
        skeleton: K keypoints: those it began with, and the own ones after them.
        own: Keypoints that were added. base: The skeleton without them.
        network: The keypoints of the predictions.
        n_frames: T.
        accepted: The suspicious moments that a person found right.
        items: Events, bookmarks, names of persons, drawings.
        hidden: Predictions of persons who were taken out.
    """

    def __init__(self, skeleton: Skeleton, n_frames: int) -> None:
        self.skeleton = self.base = self.network = skeleton
        self.own: tuple[OwnKeypoint, ...] = ()
        self.n_frames = n_frames
        self.accepted = AcceptedMoments()
        self.items = ItemBoard()
        self.hidden = HiddenPredictions()
        self._K = skeleton.n_keypoints
        self._predictions = PredictionLayer(Columns.same(self._K))
        self._marks = MarkLayer(self._K)
        self._swaps = SwapMap()
        self._facing: dict[int, tuple[FacingStretch, ...]] = {}
        self._strips = ScoreStrips(n_frames)

    @property
    def n_persons(self) -> int:
        """P: as many as predictions, marks, swaps and set facings name."""
        swapped = -(-self._swaps.n_slots // self._K)
        predicted = self._predictions.n_persons
        return max(predicted, swapped, self._marks.n_persons, 1 + max(self._facing, default=-1))

    def predicted(self, frame: int) -> bool:
        """Tell whether a network has looked at a frame, whatever it found there."""
        return self._predictions.present(frame)

    def mark(self, key: Key) -> Mark | None:
        """Return the mark of a key, as it is seen after swaps."""
        return self._marks.get(key)

    def marked_frames(self) -> npt.NDArray[np.intp]:
        """Return the frames with at least one mark that a person made, ascending."""
        return self._marks.frames()

    def facing(self, person: int) -> tuple[FacingStretch, ...]:
        """Return the stretches whose facing a person set, in order, neighbours of one direction joined."""
        return self._facing.get(person, ())

    def view(self, frame: int) -> PoseView:
        """Return the poses of one frame; the cost does not depend on the length of the clip.

        Raises:
            IndexError: There is no such frame.
        """
        if not 0 <= frame < self.n_frames:
            raise IndexError(f"frame {frame} of {self.n_frames}")
        P, K = self.n_persons, self._K
        values, _, source = self._read(frame, frame + 1, np.arange(P * K, dtype=np.intp))
        sigma = np.sqrt((values[0, :, 3] + values[0, :, 5]) / 2)
        return PoseView(
            values[0, :, :2].reshape(P, K, 2),
            values[0, :, 2].reshape(P, K),
            sigma.reshape(P, K),
            source.reshape(P, K),
        )

    def track(self, person: int, start: int = 0, stop: int | None = None) -> Track:
        """Return one person over start .. stop (T when None); all NaN for a person nobody has seen.

        Raises:
            IndexError: The frames are not all in the clip, or the person is negative.
        """
        stop = self.n_frames if stop is None else stop
        if not 0 <= start <= stop <= self.n_frames or person < 0:
            raise IndexError(f"person {person} in frames {start} to {stop} of {self.n_frames}")
        values, raw, source = self._read(start, stop, _slots_of(person, self._K))
        return Track(start, values[..., :2], raw[..., :2], values[..., 2], values[..., 3:], source)

    def predictions(self, person: int, start: int = 0, stop: int | None = None) -> PoseChunk:
        """Return what the network said of one person over start .. stop (T when None), swaps applied: P is 1.

        Raises:
            IndexError: As `track`.
        """
        stop = self.n_frames if stop is None else stop
        if not 0 <= start <= stop <= self.n_frames or person < 0:
            raise IndexError(f"person {person} in frames {start} to {stop} of {self.n_frames}")
        raw = self._read(start, stop, _slots_of(person, self._K))[1][:, None]
        return PoseChunk(start, raw[..., :2], raw[..., 2], raw[..., 3:])

    def score_strip(self, person: int) -> Float32:
        """Return (T,) mean score a frame of a person, marks counting 1; NaN where nothing is seen.

        Read-only; it shows what later calls find, at the cost of what changed in between.
        """
        return self._strips.strip(person, _score_reader(self, person))

    def add_chunk(self, chunk: PoseChunk) -> ChangeSet:
        """Lay predictions over the frames of a chunk; earlier ones in these frames are replaced.

        Raises:
            BadInputError: Other keypoints than the network's, or frames that the clip does not have.
        """
        n, P, K = chunk.xy.shape[:3]
        if self._predictions.columns.n_held != K:
            what = f"the network predicts {K} keypoints, the poses have {self._predictions.columns.n_held}"
            raise BadInputError(what, remedy="Choose a network with the same skeleton, or start a new project")
        if chunk.start < 0 or chunk.stop > self.n_frames or P > MAX_PERSONS:
            what = f"predictions of {P} persons for frames {chunk.start} to {chunk.stop}"
            raise BadInputError(f"{what} do not fit a clip of {self.n_frames} frames")
        self._predictions.write(chunk.start, chunk_values(chunk).reshape(n, P * K, -1))
        moved = self._swaps.moves(chunk.start, chunk.stop)
        persons = self.n_persons if moved else self._predictions.n_persons
        return self._changed(ChangeSet(chunk.start, chunk.stop, frozenset(range(persons)), "predictions"))

    def clear_predictions(self, network: Skeleton | None = None) -> ChangeSet:
        """Forget every prediction, as before a new run; marks, swaps and facings stay.

        `network`: The keypoints of the predictions to come, None for those of the poses. Those that the network does
        not know are missing; those that only the network knows are seen as soon as they are added.
        """
        persons = frozenset(range(self.n_persons))
        self.network = network or self.skeleton
        self._predictions = PredictionLayer(predicted_columns(self))
        self._strips = ScoreStrips(self.n_frames)
        for start, stop in self._marks.spans():
            self._strips.touch(persons, start, min(stop, self.n_frames))
        return ChangeSet(0, self.n_frames, persons, "predictions")

    def apply(self, edit: Edit) -> ChangeSet:
        """Do an edit.

        Raises:
            EditConflictError: What it names is not in this clip, or its `before` is not what is here; the store is
                as it was.
        """
        if isinstance(edit, MarksEdit):
            return self._changed(self._apply_marks(edit))
        if isinstance(edit, SwapSidesEdit):
            return self._changed(self._apply_swap_sides(edit))
        if isinstance(edit, SwapPersonsEdit):
            return self._changed(self._apply_swap_persons(edit))
        if isinstance(edit, AcceptEdit):
            self.accepted.change(edit.added, edit.removed)
            return ChangeSet(0, 0, frozenset(), "review")
        if isinstance(edit, ItemsEdit):
            self.items.change(edit.changes)
            return ChangeSet(0, 0, frozenset(), "items")
        if isinstance(edit, HideEdit):
            return self._changed(_apply_hide(self, edit))
        if isinstance(edit, EditGroup):
            return _apply_group(self, edit)
        if isinstance(edit, KeypointsEdit | AnglesEdit):
            reshape(self, edit)
            return self._changed(ChangeSet(0, self.n_frames, frozenset(range(self.n_persons)), "skeleton"))
        return self._changed(self._apply_facing(edit))

    def _read(self, start: int, stop: int, slots: Slots) -> tuple[Float32, Float32, npt.NDArray[np.uint8]]:
        """Return values with marks (n, S, 6), the same without, and the source (n, S)."""
        raw = np.empty((stop - start, len(slots), 6), np.float32)
        for a, b, read in self._swaps.pieces(start, stop, slots):
            raw[a - start : b - start] = self._predictions.read(a, b, read)
        self.hidden.blank(raw, start, slots, self._K)
        source = predicted_sources(raw[..., :2], raw[..., 2])
        place, state = self._marks.read(start, stop, slots)
        marked = state != UNMARKED
        values = raw.copy()
        np.abs(values[..., 2], out=values[..., 2])
        if marked.any():
            values[..., :2][marked] = place[..., :2][marked]
            values[..., 2:][marked] = (1, 0, 0, 0)
            values[state == MarkState.ABSENT] = np.nan
            propagated = state == MarkState.PROPAGATED
            values[propagated, 2] = PROPAGATED_SCORE
            values[propagated, 3] = values[propagated, 5] = place[propagated, 2] ** 2
            source[marked] = _SOURCES[state[marked]]
        return values, raw, source

    def _changed(self, change: ChangeSet) -> ChangeSet:
        self._strips.touch(change.persons, change.start, change.stop)
        return change

    def _apply_marks(self, edit: MarksEdit) -> ChangeSet:
        frames = [change.key.frame for change in edit.changes]
        persons = frozenset(change.key.person for change in edit.changes)
        start, stop = min(frames), max(frames) + 1
        check_span(start, stop, self.n_frames)
        check_persons(*persons)
        check_keypoints([change.key.keypoint for change in edit.changes], self._K)
        for change in edit.changes:
            if self._marks.get(change.key) != change.before:
                name = self.skeleton.keypoints[change.key.keypoint]
                what = f"{name} of person {change.key.person + 1} is not what the edit expects"
                raise EditConflictError(what, where=f"frame {change.key.frame}")
        for change in edit.changes:
            self._marks.set(change.key, change.after)
        return ChangeSet(start, stop, persons, "marks")

    def _apply_swap_sides(self, edit: SwapSidesEdit) -> ChangeSet:
        check_span(edit.start, edit.stop, self.n_frames)
        check_persons(edit.person)
        check_keypoints([keypoint for pair in edit.pairs for keypoint in pair], self._K)
        base = edit.person * self._K
        self._swap(edit.start, edit.stop, [(base + a, base + b) for a, b in edit.pairs])
        return ChangeSet(edit.start, edit.stop, frozenset({edit.person}), "all")

    def _apply_swap_persons(self, edit: SwapPersonsEdit) -> ChangeSet:
        check_span(edit.start, edit.stop, self.n_frames)
        check_persons(edit.first, edit.second)
        first, second = (person * self._K for person in (edit.first, edit.second))
        self._swap(edit.start, edit.stop, [(first + k, second + k) for k in range(self._K)])
        one, other = self.facing(edit.first), self.facing(edit.second)
        span = edit.start, edit.stop
        _put(self._facing, edit.first, outside(one, *span) + inside(other, *span))
        _put(self._facing, edit.second, outside(other, *span) + inside(one, *span))
        self.hidden.swap(edit.first, edit.second, *span)
        return ChangeSet(edit.start, edit.stop, frozenset({edit.first, edit.second}), "all")

    def _apply_facing(self, edit: FacingEdit) -> ChangeSet:
        before, after = user_stretches(edit.before), user_stretches(edit.after)
        check_span(0, max([1, *(s.stop for s in after)]), self.n_frames)
        check_persons(edit.person)
        if before != self.facing(edit.person):
            raise EditConflictError(f"the facing of person {edit.person + 1} is not what the edit expects")
        _put(self._facing, edit.person, after)
        return ChangeSet(*differing_range(before, after), frozenset({edit.person}), "facing")

    def _swap(self, start: int, stop: int, pairs: list[tuple[int, int]]) -> None:
        self._swaps.swap(start, stop, pairs)
        partner = dict(pairs) | {b: a for a, b in pairs}
        moving = [
            (key, mark, divmod(partner[slot], self._K))
            for key, mark in self._marks.between(start, stop)
            if (slot := key.person * self._K + key.keypoint) in partner
        ]
        for key, _, _ in moving:
            self._marks.set(key, None)
        for key, mark, (person, keypoint) in moving:
            self._marks.set(Key(key.frame, person, keypoint), mark)


def _put(facing: dict[int, tuple[FacingStretch, ...]], person: int, stretches: tuple[FacingStretch, ...]) -> None:
    facing.pop(person, None)
    if stretches:
        facing[person] = user_stretches(stretches)


def propagated_frames(store: PoseStore) -> npt.NDArray[np.intp]:
    """Return the frames of a store in which something follows from a correction nearby, ascending."""
    return store._marks.propagated_frames()


def marks_between(store: PoseStore, start: int, stop: int) -> list[tuple[Key, Mark]]:
    """Return every mark of a store in the frames start .. stop, in no order; the cost is that of the marks."""
    return store._marks.between(start, stop)


def marked_persons(store: PoseStore) -> frozenset[int]:
    """Return the persons of whom something is marked."""
    return store._marks.persons


def _apply_hide(store: PoseStore, edit: HideEdit) -> ChangeSet:
    check_span(0, max([1, *(stop for _, stop in edit.after)]), store.n_frames)
    check_persons(edit.person)
    start, stop = store.hidden.change(edit.person, edit.before, edit.after)
    return ChangeSet(start, stop, frozenset({edit.person}), "all")


def _apply_group(store: PoseStore, edit: EditGroup) -> ChangeSet:
    """Do the parts of a group, or none of them."""
    changes: list[ChangeSet] = []
    try:
        for part in edit.parts:
            changes.append(store.apply(part))
    except EditConflictError:
        for part in reversed(edit.parts[: len(changes)]):
            store.apply(inverse(part))
        raise
    kinds = {change.kind for change in changes}
    frames = [(change.start, change.stop) for change in changes if change.start < change.stop] or [(0, 0)]
    persons = frozenset().union(*(change.persons for change in changes))
    kind = changes[0].kind if len(kinds) == 1 else "all"
    return ChangeSet(min(a for a, _ in frames), max(b for _, b in frames), persons, kind)


def mean_score(store: PoseStore, person: int) -> float:
    """Return the mean of a person's score strip over the frames that are known, NaN where none is."""
    return store._strips.mean(person, _score_reader(store, person))


def _score_reader(store: PoseStore, person: int) -> Callable[[int, int], Float32]:
    slots = _slots_of(person, store._K)
    return lambda start, stop: store._read(start, stop, slots)[0][..., 2]


def snapshot(store: PoseStore) -> PoseStore:
    """Return the poses as they are now, for another thread to read (`view`, `track`, `predictions`, `facing`, `items`).

    Nothing is copied but tables of blocks: those are copied one by one, when the store changes them again.
    """
    other = PoseStore(store.skeleton, store.n_frames)
    other.base, other.network, other.own = store.base, store.network, store.own
    other._predictions, other._marks = store._predictions.snapshot(), store._marks.snapshot()
    other._swaps, other._facing = store._swaps.snapshot(), dict(store._facing)
    other.hidden, other.items = store.hidden.snapshot(), store.items.snapshot()
    return other


def fork(store: PoseStore) -> PoseStore:
    """Return the same poses to go on with apart, in another thread too; as little is copied as for a `snapshot`."""
    other = snapshot(store)
    other._marks, other.accepted = store._marks.forked(), store.accepted.copied()
    other._strips.touch(frozenset(range(store.n_persons)), 0, store.n_frames)
    return other


def _slots_of(person: int, K: int) -> Slots:
    return np.arange(person * K, (person + 1) * K, dtype=np.intp)

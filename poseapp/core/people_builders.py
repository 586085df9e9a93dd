"""Builders of edits of persons: added, named, removed, merged; they change nothing themselves."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

import numpy as np

from poseapp.core.analysis import FacingStretch
from poseapp.core.edit_checks import MAX_PERSONS
from poseapp.core.edits import (
    EditGroup,
    FacingEdit,
    HideEdit,
    ItemsEdit,
    MarkChange,
    MarksEdit,
    SingleEdit,
    SwapPersonsEdit,
)
from poseapp.core.errors import BadInputError
from poseapp.core.items import ItemChange, PersonNote
from poseapp.core.people import listed_persons, person_notes
from poseapp.core.spans import Span, Spans, find_runs, joined_spans, spans_inside
from poseapp.core.store import PoseStore, marks_between
from poseapp.core.stretches import inside, outside, user_stretches
from poseapp.core.types import Key, Mark, MarkState


def build_add_person(store: PoseStore) -> ItemsEdit:
    """Put a person into the clip of whom nothing is placed yet: the first number that nobody has.

    Raises:
        BadInputError: There are as many as there can be.
    """
    person = max([store.n_persons, *(p + 1 for p in person_notes(store))])
    if person >= MAX_PERSONS:
        raise BadInputError(f"a clip has room for {MAX_PERSONS} persons")
    return ItemsEdit((ItemChange(store.items.next_id, None, PersonNote(person)),), f"Add person {person + 1}")


def build_note(store: PoseStore, note: PersonNote, label: str) -> ItemsEdit:
    """Say something of a person; where it becomes the subject nobody else is any longer.

    Raises:
        BadInputError: It is said already.
    """
    notes = person_notes(store)
    number, before = notes.get(note.person, (store.items.next_id, None))
    changes = [ItemChange(number, before, note)] if before != note else []
    if note.subject:
        others = [held for person, held in notes.items() if person != note.person and held[1].subject]
        changes += [ItemChange(other, old, replace(old, subject=False)) for other, old in others]
    if not changes:
        raise BadInputError(f"nothing to do for {label.lower()!r}")
    return ItemsEdit(tuple(changes), label)


def build_remove_person(store: PoseStore, person: int, start: int = 0, stop: int | None = None) -> EditGroup:
    """Take a person out of the frames start .. stop (T when None): predictions are hidden, marks and facing go.

    Out of the whole clip the note about the person goes, too.

    Raises:
        BadInputError: The person is not there.
    """
    stop = store.n_frames if stop is None else stop
    is_whole = (start, stop) == (0, store.n_frames)
    if person not in listed_persons(store):
        raise BadInputError(f"there is no person {person + 1} in this clip")
    label = f"Remove person {person + 1}" + ("" if is_whole else f" from frames {start} to {stop - 1}")
    marked = [(key, mark) for key, mark in marks_between(store, start, stop) if key.person == person]
    facing = store.facing(person)
    parts = [
        *_unmark(marked, label),
        *_hide(person, store.hidden.of(person), (*store.hidden.of(person), (start, stop)), label),
        *_face(person, facing, outside(facing, start, stop), label),
        *(_forget(store, person, label) if is_whole else ()),
    ]
    if not parts:
        raise BadInputError(f"person {person + 1} is removed from these frames already")
    return EditGroup(tuple(parts), label)


def build_merge(store: PoseStore, first: int, second: int) -> EditGroup:
    """Let one person become part of another: where the first is not seen, the second is the first from now on.

    In frames where both are seen the first wins, and the second is removed. A set facing comes along. Afterwards the
    second is nowhere, and has no note.

    Raises:
        BadInputError: They are the same, or the second is seen nowhere.
    """
    if first == second:
        raise BadInputError("merging needs two persons")
    taken = _taken(store, first, second)
    left = _complement(taken, store.n_frames)
    label = f"Merge person {second + 1} into person {first + 1}"
    marked = [
        (key, mark)
        for key, mark in marks_between(store, 0, store.n_frames)
        if (key.person == second and _covers(left, key.frame))
        # Where the first is not seen, it can still be marked as absent.
        or (key.person == first and mark.state is MarkState.ABSENT and _covers(taken, key.frame))
    ]
    one, other = store.facing(first), store.facing(second)
    kept: tuple[FacingStretch, ...] = one
    brought: tuple[FacingStretch, ...] = ()
    for span in taken:
        own, missing = inside(other, *span), inside(one, *span)
        for stretch in own:
            missing = outside(missing, stretch.start, stretch.stop)
        kept, brought = outside(kept, *span), brought + own + missing
    # The swaps trade what is prepared here, and what is hidden: of the second that is then the first's in `taken`.
    hidden = [*_common(store.hidden.of(first), taken), *_common(store.hidden.of(second), left)]
    parts = [
        *_unmark(marked, label),
        *_face(first, one, kept, label),
        *_face(second, other, brought, label),
        *(SwapPersonsEdit(first, second, start, stop, label) for start, stop in taken),
        *_hide(second, joined_spans(hidden), ((0, store.n_frames),), label),
        *_forget(store, second, label),
    ]
    return EditGroup(tuple(parts), label)


def _taken(store: PoseStore, first: int, second: int) -> Spans:
    """Return the stretches in which the second is seen and the first is not."""
    missing, seen = np.isnan(store.score_strip(first)), np.isfinite(store.score_strip(second))
    if not seen.any():
        raise BadInputError(f"person {second + 1} is seen nowhere")
    return find_runs(missing & seen)


def _complement(spans: Spans, n_frames: int) -> Spans:
    ends = [0, *(end for span in spans for end in span), n_frames]
    return tuple((a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b)


def _common(hidden: Spans, spans: Spans) -> Spans:
    return tuple(piece for span in spans for piece in spans_inside(hidden, *span)) if hidden else ()


def _covers(spans: Spans, frame: int) -> bool:
    at = bisect_right(spans, frame, key=lambda span: span[0]) - 1
    return at >= 0 and frame < spans[at][1]


def _unmark(marked: list[tuple[Key, Mark]], label: str) -> list[SingleEdit]:
    changes = tuple(MarkChange(key, mark, None) for key, mark in sorted(marked, key=lambda pair: pair[0]))
    return [MarksEdit(changes, label)] if changes else []


def _hide(person: int, before: Spans, after: tuple[Span, ...], label: str) -> list[SingleEdit]:
    joined = joined_spans(after)
    return [HideEdit(person, before, joined, label)] if joined != before else []


def _face(
    person: int, before: tuple[FacingStretch, ...], after: tuple[FacingStretch, ...], label: str
) -> list[SingleEdit]:
    joined = user_stretches(after)
    return [FacingEdit(person, before, joined, label)] if joined != before else []


def _forget(store: PoseStore, person: int, label: str) -> list[SingleEdit]:
    held = person_notes(store).get(person)
    return [ItemsEdit((ItemChange(held[0], held[1], None),), label)] if held is not None else []

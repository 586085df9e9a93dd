"""What a person can do to poses, as data: each edit knows before and after, so undo is right by construction.

Edits are made by `poseapp.core.edit_builders`, applied by `PoseStore.apply`, kept by `History` and the journal.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

from poseapp.core.analysis import FacingStretch
from poseapp.core.errors import BadInputError
from poseapp.core.items import ItemChange, item_from_data, item_to_data
from poseapp.core.moments import Accepted
from poseapp.core.stretches import check_stretches, user_stretch
from poseapp.core.types import Key, Mark, MarkState

# 2: marks that were propagated, edits that follow others, accepted moments. 3: items. What needs none of them is
# written as 1.
EDIT_VERSION = 3


@dataclass(frozen=True)
class MarkChange:
    """One mark set (before None), changed, or removed (after None)."""

    key: Key
    before: Mark | None
    after: Mark | None


@dataclass(frozen=True)
class MarksEdit:
    """Marks that change together.

    `follows` n: it is part of the n-th last edit done before it, and is undone with that one; 0: it stands by itself.

    Raises ValueError when a keypoint is named twice or none is.
    """

    changes: tuple[MarkChange, ...]
    label: str
    follows: int = 0

    @property
    def keys(self) -> frozenset[Key]:
        """The keypoints it changes."""
        return frozenset(change.key for change in self.changes)

    def __post_init__(self) -> None:
        keys = self.keys
        if not keys or len(keys) != len(self.changes):
            raise ValueError("an edit of marks names at least one keypoint, and each once")


@dataclass(frozen=True)
class SwapSidesEdit:
    """Keypoints of a person that trade places in the frames start .. stop; its own inverse.

    `pairs` are keypoint indices, apart from each other. Raises ValueError for anything else.
    """

    person: int
    start: int
    stop: int
    pairs: tuple[tuple[int, int], ...]
    label: str

    def __post_init__(self) -> None:
        named = [keypoint for pair in self.pairs for keypoint in pair]
        if not named or len(set(named)) != len(named) or min(named) < 0:
            raise ValueError("a swap of sides needs pairs of keypoints, each named once")


@dataclass(frozen=True)
class SwapPersonsEdit:
    """Two persons that trade places in the frames start .. stop; its own inverse.

    Raises ValueError for a person and itself.
    """

    first: int
    second: int
    start: int
    stop: int
    label: str

    def __post_init__(self) -> None:
        if self.first == self.second:
            raise ValueError("a swap needs two persons")


@dataclass(frozen=True)
class FacingEdit:
    """The stretches whose facing a person set, of one person, before and after.

    Raises ValueError for stretches that are out of order or overlap.
    """

    person: int
    before: tuple[FacingStretch, ...]
    after: tuple[FacingStretch, ...]
    label: str

    def __post_init__(self) -> None:
        check_stretches(self.before)
        check_stretches(self.after)


@dataclass(frozen=True)
class AcceptEdit:
    """Suspicious moments that a person found right, and ones that no longer count as such.

    Raises ValueError when nothing changes.
    """

    added: tuple[Accepted, ...]
    removed: tuple[Accepted, ...]
    label: str

    def __post_init__(self) -> None:
        if not set(self.added) ^ set(self.removed):
            raise ValueError("an edit of accepted moments adds or removes one")


@dataclass(frozen=True)
class ItemsEdit:
    """Events, bookmarks, names of persons and drawings that change together.

    Raises ValueError when an item is named twice, or nothing changes.
    """

    changes: tuple[ItemChange, ...]
    label: str

    def __post_init__(self) -> None:
        numbers = {change.id for change in self.changes}
        if not numbers or len(numbers) != len(self.changes) or min(numbers) < 1:
            raise ValueError("an edit of items names at least one, and each once")
        if any(change.before == change.after for change in self.changes):
            raise ValueError("an edit of items changes each of them")


Edit: TypeAlias = MarksEdit | SwapSidesEdit | SwapPersonsEdit | FacingEdit | AcceptEdit | ItemsEdit


def inverse(edit: Edit) -> Edit:
    """Return the edit that takes an edit back: `apply(inverse(e), apply(e, s)) == s`."""
    if isinstance(edit, MarksEdit):
        changes = tuple(MarkChange(c.key, c.after, c.before) for c in reversed(edit.changes))
        return MarksEdit(changes, edit.label, edit.follows)
    if isinstance(edit, FacingEdit):
        return FacingEdit(edit.person, edit.after, edit.before, edit.label)
    if isinstance(edit, AcceptEdit):
        return AcceptEdit(edit.removed, edit.added, edit.label)
    if isinstance(edit, ItemsEdit):
        return ItemsEdit(tuple(ItemChange(c.id, c.after, c.before) for c in reversed(edit.changes)), edit.label)
    return edit


def joined(first: MarksEdit, second: MarksEdit) -> MarksEdit | None:
    """Return one edit that does what two do one after the other, named like the first; None when that is nothing."""
    before = {change.key: change.before for change in reversed(first.changes + second.changes)}
    after = {change.key: change.after for change in first.changes + second.changes}
    changes = tuple(MarkChange(key, before[key], after[key]) for key in after if before[key] != after[key])
    return MarksEdit(changes, first.label, first.follows) if changes else None


def edit_to_json(edit: Edit) -> str:
    """Return the text of an edit for the journal; positions keep every bit."""
    data: dict[str, Any]
    if isinstance(edit, MarksEdit):
        data = {"kind": "marks", "changes": [_change_to_list(change) for change in edit.changes]}
        data |= {"follows": edit.follows} if edit.follows else {}
    elif isinstance(edit, SwapSidesEdit):
        data = {"kind": "swap_sides", "person": edit.person, "start": edit.start, "stop": edit.stop}
        data["pairs"] = edit.pairs
    elif isinstance(edit, SwapPersonsEdit):
        data = {"kind": "swap_persons", "first": edit.first, "second": edit.second}
        data |= {"start": edit.start, "stop": edit.stop}
    elif isinstance(edit, AcceptEdit):
        data = {"kind": "accept", "added": [_accepted_to_list(one) for one in edit.added]}
        data["removed"] = [_accepted_to_list(one) for one in edit.removed]
    elif isinstance(edit, ItemsEdit):
        changes = [[c.id, item_to_data(c.before), item_to_data(c.after)] for c in edit.changes]
        data = {"kind": "items", "changes": changes}
    else:
        data = {"kind": "facing", "person": edit.person}
        data |= {"before": _stretches_to_list(edit.before), "after": _stretches_to_list(edit.after)}
    text = {"version": _version(edit), **data, "label": edit.label}
    return json.dumps(text, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def edit_from_json(text: str) -> Edit:
    """Read what `edit_to_json` wrote.

    Raises:
        BadInputError: Not such a text, or from a newer version of the application.
    """
    try:
        data = json.loads(text)
        if data["version"] > EDIT_VERSION:
            raise BadInputError("the edit was made by a newer poseapp", remedy="Update poseapp")
        return _READERS[data["kind"]](data)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BadInputError(f"an edit cannot be read ({error!r})") from error


def _version(edit: Edit) -> int:
    """Return the oldest version that can say an edit, so that an older application reads what it can."""
    if isinstance(edit, ItemsEdit):
        return 3
    if not isinstance(edit, MarksEdit):
        return 2 if isinstance(edit, AcceptEdit) else 1
    marks = [mark for change in edit.changes for mark in (change.before, change.after) if mark is not None]
    return 2 if edit.follows or any(mark.sigma or not mark.is_placed for mark in marks) else 1


def _change_to_list(change: MarkChange) -> list[Any]:
    key = change.key
    return [key.frame, key.person, key.keypoint, _mark_to_list(change.before), _mark_to_list(change.after)]


def _mark_to_list(mark: Mark | None) -> list[Any] | None:
    if mark is None:
        return None
    x, y = (None, None) if mark.state is MarkState.ABSENT else (mark.x, mark.y)
    values = [x, y, int(mark.state), mark.author, mark.time]
    return [*values, mark.sigma] if mark.sigma else values


def _mark_from_list(values: list[Any] | None) -> Mark | None:
    if values is None:
        return None
    x, y, state, author, time, *sigma = values
    position = (math.nan if x is None else float(x), math.nan if y is None else float(y))
    return Mark(*position, MarkState(state), str(author), float(time), *(float(value) for value in sigma))


def _stretches_to_list(stretches: tuple[FacingStretch, ...]) -> list[list[int]]:
    return [[s.start, s.stop, s.direction] for s in stretches]


def _stretches_from_list(values: list[list[int]]) -> tuple[FacingStretch, ...]:
    return tuple(user_stretch(int(a), int(b), int(d)) for a, b, d in values)


def _accepted_to_list(one: Accepted) -> list[Any]:
    points = [None if math.isnan(x) else [x, y] for x, y in one.points]
    return [one.person, one.start, one.stop, one.peak, one.kind, one.keypoints, points]


def _accepted_from_list(values: list[Any]) -> Accepted:
    person, start, stop, peak, kind, keypoints, points = values
    places = tuple((math.nan, math.nan) if place is None else (float(place[0]), float(place[1])) for place in points)
    return Accepted(int(person), int(start), int(stop), int(peak), str(kind), tuple(int(k) for k in keypoints), places)


def _read_marks(data: dict[str, Any]) -> Edit:
    changes = tuple(
        MarkChange(Key(int(f), int(p), int(k)), _mark_from_list(before), _mark_from_list(after))
        for f, p, k, before, after in data["changes"]
    )
    return MarksEdit(changes, str(data["label"]), int(data.get("follows", 0)))


def _read_swap_sides(data: dict[str, Any]) -> Edit:
    pairs = tuple((int(a), int(b)) for a, b in data["pairs"])
    span = int(data["person"]), int(data["start"]), int(data["stop"])
    return SwapSidesEdit(*span, pairs, str(data["label"]))


def _read_swap_persons(data: dict[str, Any]) -> Edit:
    first, second, start, stop = (int(data[name]) for name in ("first", "second", "start", "stop"))
    return SwapPersonsEdit(first, second, start, stop, str(data["label"]))


def _read_facing(data: dict[str, Any]) -> Edit:
    before, after = _stretches_from_list(data["before"]), _stretches_from_list(data["after"])
    return FacingEdit(int(data["person"]), before, after, str(data["label"]))


def _read_accept(data: dict[str, Any]) -> Edit:
    added, removed = (tuple(_accepted_from_list(values) for values in data[name]) for name in ("added", "removed"))
    return AcceptEdit(added, removed, str(data["label"]))


def _read_items(data: dict[str, Any]) -> Edit:
    changes = tuple(ItemChange(int(n), item_from_data(a), item_from_data(b)) for n, a, b in data["changes"])
    return ItemsEdit(changes, str(data["label"]))


_READERS = {
    "marks": _read_marks,
    "swap_sides": _read_swap_sides,
    "swap_persons": _read_swap_persons,
    "facing": _read_facing,
    "accept": _read_accept,
    "items": _read_items,
}

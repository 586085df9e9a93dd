"""What a person can do to poses, as data: each edit knows before and after, so undo is right by construction.

Edits are made by `poseapp.core.edit_builders` and its neighbours, applied by `PoseStore.apply`, kept by `History` and
the journal, which writes them with `poseapp.core.edit_text`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from poseapp.core.analysis import FacingStretch
from poseapp.core.items import ItemChange
from poseapp.core.moments import Accepted
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.skeleton import AngleDefinition
from poseapp.core.spans import Spans, check_spans
from poseapp.core.stretches import check_stretches
from poseapp.core.types import Key, Mark


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


@dataclass(frozen=True)
class HideEdit:
    """The stretches in which the predictions of a person are hidden, before and after.

    Predictions never change; hiding them is how a person is taken out of a clip. A new run of a network is hidden
    there, too.

    Raises ValueError for stretches that are out of order or touch, or when nothing changes.
    """

    person: int
    before: Spans
    after: Spans
    label: str

    def __post_init__(self) -> None:
        check_spans(self.before)
        check_spans(self.after)
        if self.before == self.after:
            raise ValueError("an edit of hidden predictions changes which are hidden")


@dataclass(frozen=True)
class KeypointsEdit:
    """The keypoints that a project adds to its skeleton, before and after: some put in, taken out, or changed in place.

    Raises ValueError when nothing changes, a name is there twice, or keypoints are put in and taken out at once.
    """

    before: tuple[OwnKeypoint, ...]
    after: tuple[OwnKeypoint, ...]
    label: str

    def __post_init__(self) -> None:
        for points in (self.before, self.after):
            if len({point.name for point in points}) != len(points):
                raise ValueError("two keypoints of one name")
        shorter, longer = sorted((self.before, self.after), key=len)
        names = {point.name for point in shorter}
        if len(shorter) < len(longer) and shorter != tuple(point for point in longer if point.name in names):
            raise ValueError("an edit of keypoints puts some in, takes some out or changes some, not several of these")
        if self.before == self.after:
            raise ValueError("an edit of keypoints changes something")


@dataclass(frozen=True)
class AnglesEdit:
    """The angles that a project defines beside the shared ones, before and after.

    Raises ValueError when nothing changes, or a name is there twice.
    """

    before: tuple[AngleDefinition, ...]
    after: tuple[AngleDefinition, ...]
    label: str

    def __post_init__(self) -> None:
        if self.before == self.after or len({angle.name for angle in self.after}) != len(self.after):
            raise ValueError("an edit of angles changes some, and names each once")


SingleEdit: TypeAlias = (
    MarksEdit
    | SwapSidesEdit
    | SwapPersonsEdit
    | FacingEdit
    | AcceptEdit
    | ItemsEdit
    | HideEdit
    | KeypointsEdit
    | AnglesEdit
)


@dataclass(frozen=True)
class EditGroup:
    """Edits that are done one after the other, and taken back together.

    Raises ValueError for less than one.
    """

    parts: tuple[SingleEdit, ...]
    label: str

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("a group of edits holds at least one")


Edit: TypeAlias = SingleEdit | EditGroup


def inverse(edit: Edit) -> Edit:
    """Return the edit that takes an edit back: `apply(inverse(e), apply(e, s)) == s`."""
    if isinstance(edit, EditGroup):
        return EditGroup(tuple(_single_inverse(part) for part in reversed(edit.parts)), edit.label)
    return _single_inverse(edit)


def _single_inverse(edit: SingleEdit) -> SingleEdit:
    if isinstance(edit, HideEdit):
        return HideEdit(edit.person, edit.after, edit.before, edit.label)
    if isinstance(edit, KeypointsEdit):
        return KeypointsEdit(edit.after, edit.before, edit.label)
    if isinstance(edit, AnglesEdit):
        return AnglesEdit(edit.after, edit.before, edit.label)
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

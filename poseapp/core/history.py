"""What can be undone and redone: a list of edits and a place in it, rebuilt from the project's journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from poseapp.core.edits import (
    Edit,
    EditGroup,
    KeypointsEdit,
    MarksEdit,
    SwapPersonsEdit,
    SwapSidesEdit,
    inverse,
    joined,
)
from poseapp.core.errors import BadInputError

JournalKind = Literal["do", "undo", "redo"]


@dataclass(frozen=True)
class JournalRow:
    """One line of the journal.

    Attributes:
        kind: "do", "undo" or "redo".
        edit: As it was applied to the store: for an undo, the inverse of what it takes back.
        time: Unix s. author: Who did it.
    """

    kind: JournalKind
    edit: Edit
    time: float
    author: str


class History:
    """The edits done, and how many of them hold.

    To stay right when applying or recording fails: take `next_undo`, apply and record it, then call `undo()`.
    A new edit after an undo forgets what could be redone; the journal keeps it. An edit that follows another becomes
    part of it, so that one undo takes both back.
    """

    def __init__(self) -> None:
        self._edits: list[Edit] = []
        self._done = 0

    @property
    def n_done(self) -> int:
        """How many edits hold, those that follow others not counted."""
        return self._done

    @property
    def can_undo(self) -> bool:
        """Tell whether there is an edit to take back."""
        return self._done > 0

    @property
    def can_redo(self) -> bool:
        """Tell whether there is an undone edit to do again."""
        return self._done < len(self._edits)

    @property
    def undo_label(self) -> str:
        """What undo would take back ("" for nothing)."""
        return self._edits[self._done - 1].label if self.can_undo else ""

    @property
    def redo_label(self) -> str:
        """What redo would do again ("" for nothing)."""
        return self._edits[self._done].label if self.can_redo else ""

    @property
    def next_undo(self) -> Edit | None:
        """The inverse that `undo` would return."""
        return inverse(self._edits[self._done - 1]) if self.can_undo else None

    @property
    def next_redo(self) -> Edit | None:
        """The edit that `redo` would return."""
        return self._edits[self._done] if self.can_redo else None

    def perform(self, edit: Edit) -> None:
        """Remember an edit that was applied."""
        del self._edits[self._done :]
        place, whole = self._joined(edit)
        if whole is not None:
            self._edits[place] = whole
            return
        self._edits.append(edit)
        self._done += 1

    def undo(self) -> Edit | None:
        """Step back; return the inverse to apply, None when there is nothing to undo."""
        edit = self.next_undo
        self._done -= edit is not None
        return edit

    def redo(self) -> Edit | None:
        """Step forward; return the edit to apply, None when there is nothing to redo."""
        edit = self.next_redo
        self._done += edit is not None
        return edit

    def _joined(self, edit: Edit) -> tuple[int, Edit | None]:
        """Return the place of the edit that one follows, and both as one; None where they cannot be."""
        if not isinstance(edit, MarksEdit) or not 0 < edit.follows <= self._done:
            return self._done, None
        place = self._done - edit.follows
        first = self._edits[place]
        later = self._edits[place + 1 : self._done]
        is_apart = all(_is_apart(other, edit) for other in later)
        return place, joined(first, edit) if isinstance(first, MarksEdit) and is_apart else None

    def restore(self, rows: Iterable[JournalRow]) -> None:
        """Become what the journal tells, oldest row first.

        Raises:
            BadInputError: An undo or redo has nothing before it to act on.
        """
        self._edits, self._done = [], 0
        for row in rows:
            if row.kind == "do":
                self.perform(row.edit)
            elif (self.undo if row.kind == "undo" else self.redo)() is None:
                raise BadInputError(f"the journal has one {row.kind} too many")


def _is_apart(one: Edit, other: MarksEdit) -> bool:
    """Tell whether two edits may change places."""
    if isinstance(one, EditGroup):
        return all(_is_apart(part, other) for part in one.parts)
    if isinstance(one, MarksEdit):
        return not one.keys & other.keys
    return not isinstance(one, SwapSidesEdit | SwapPersonsEdit | KeypointsEdit)

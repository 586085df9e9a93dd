"""Changes events and bookmarks of the open document, each by one edit."""

from __future__ import annotations

from dataclasses import replace

from poseapp.core.edits import ItemsEdit
from poseapp.core.items import Bookmark, Event, ItemBoard, ItemChange
from poseapp.services.session import Session

TimeItem = Event | Bookmark


class ItemEdits:
    """Between the timeline and the session. What would change nothing is no edit."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def board(self) -> ItemBoard:
        """The items of the open document; empty without one."""
        return ItemBoard() if self._session.document is None else self._session.document.store.items

    def get(self, number: int) -> TimeItem | None:
        """Return an event or a bookmark by its number."""
        item = self.board.get(number)
        return item if isinstance(item, Event | Bookmark) else None

    def at(self, frame: int) -> int:
        """Return the number of a bookmark or else an event in a frame, 0 when there is none."""
        return next((number for number, item in self._all() if item.frame == frame), 0)

    def put(self, item: TimeItem) -> int:
        """Add an item and return its number, that of an equal one which is there already, or 0 when it cannot be."""
        known = next((number for number, other in self._all() if other == item), 0)
        if known:
            return known
        number = self.board.next_id
        label = "Mark an event" if isinstance(item, Event) else "Add a bookmark"
        return number if self._perform(label, ItemChange(number, None, item)) else 0

    def move(self, number: int, frame: int) -> None:
        """Move an item to a frame."""
        item = self.get(number)
        if item is not None:
            self._change(number, item, replace(item, frame=frame), "Move")

    def write(self, number: int, text: str) -> None:
        """Give an event a name or a bookmark a text; an event without a name keeps its own."""
        item = self.get(number)
        if isinstance(item, Event) and text:
            self._change(number, item, replace(item, name=text), "Rename")
        elif isinstance(item, Bookmark):
            self._change(number, item, replace(item, text=text), "Rename")

    def set_side(self, number: int, side: str) -> None:
        """Say on which side of the body an event is: "right", "left", or ""."""
        item = self.get(number)
        if isinstance(item, Event):
            self._change(number, item, replace(item, side=side), "Change")

    def remove(self, *numbers: int) -> None:
        """Remove items, together."""
        items = [(number, item) for number in numbers if (item := self.get(number)) is not None]
        if items:
            noun = "an event" if isinstance(items[0][1], Event) else "a bookmark"
            self._perform(f"Remove {noun}", *(ItemChange(number, item, None) for number, item in items))

    def _all(self) -> tuple[tuple[int, TimeItem], ...]:
        return (*self.board.of(Bookmark), *self.board.of(Event))

    def _change(self, number: int, before: TimeItem, after: TimeItem, verb: str) -> None:
        if before != after:
            noun = "an event" if isinstance(before, Event) else "a bookmark"
            self._perform(f"{verb} {noun}", ItemChange(number, before, after))

    def _perform(self, label: str, *changes: ItemChange) -> bool:
        return self._session.perform(ItemsEdit(changes, label))

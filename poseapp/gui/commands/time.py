"""What the Clip menu does about the working zone, events and bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from poseapp.core.items import Bookmark, Event
from poseapp.gui.timeline.event_menu import EventMenu
from poseapp.gui.timeline.event_words import Kind, kinds_from_texts, kinds_to_texts, names_to_offer, with_recent
from poseapp.gui.timeline.item_edits import ItemEdits
from poseapp.services import settings
from poseapp.services.playback import Zone

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_EVENT_MENU = ("edit_item", "move_item", "", "side_right", "side_left", "side_none", "", "remove_item")
_BOOKMARK_MENU = ("edit_item", "move_item", "", "remove_item")


class ZoneCommands:
    """The working zone: the stretch that playing loops over and that edits of a stretch act on."""

    def __init__(self, window: MainWindow) -> None:
        self._session = window.session
        self._playback = window.session.playback

    def start(self) -> None:
        """Let the zone begin at the playhead; without one, or behind it, it goes to the end of the clip."""
        here, zone = self._playback.playhead, self._playback.zone
        self._playback.set_zone(Zone(here, zone.stop if zone is not None and zone.stop > here else self._n_frames))

    def end(self) -> None:
        """Let the zone end with the frame at the playhead; without one, or before it, it comes from the beginning."""
        here, zone = self._playback.playhead, self._playback.zone
        self._playback.set_zone(Zone(zone.start if zone is not None and zone.start <= here else 0, here + 1))

    def clear(self) -> None:
        """Take the zone away."""
        self._playback.set_zone(None)

    def loop(self, on: bool) -> None:
        """Let playing begin again at the end of the zone, or of the clip."""
        self._playback.set_looping(on)

    def possible(self) -> frozenset[str]:
        """Return what the zone allows, in the words of the table of actions."""
        return frozenset() if self._playback.zone is None else frozenset({"zone"})

    @property
    def _n_frames(self) -> int:
        return 0 if self._session.document is None else self._session.document.clip.n_frames


class ItemCommands:
    """Events and bookmarks.

    Attributes:
        edits: Changes them.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._playback = window.session.playback
        self.edits = ItemEdits(window.session)

    def mark_event(self) -> None:
        """Ask what happens at the playhead."""
        self._playback.pause()
        names = names_to_offer(event.name for _, event in self.edits.board.of(Event))
        menu = EventMenu(self._recent(), names, self.add_event, self._ask_name, self._window)
        menu.open_at(self._window.timeline.mapToGlobal(self._place()))

    def add_event(self, kind: Kind) -> None:
        """Put an event at the playhead and choose it; where it is already, only that."""
        self._window.settings.set(settings.RECENT_EVENTS, kinds_to_texts(with_recent(self._recent(), kind)))
        self._window.timeline.choose(self.edits.put(self._event(kind)))

    def toggle_bookmark(self) -> None:
        """Put a bookmark at the playhead, or take away what is there."""
        here = self._playback.playhead
        there = [number for number, item in self.edits.board.of(Bookmark) if item.frame == here]
        if there:
            self.edits.remove(*there)
        else:
            self._window.timeline.choose(self.edits.put(Bookmark(here)))

    def step_event(self, direction: int) -> None:
        """Go to the next (+1) or previous (-1) event, and choose it."""
        self._go(self._window.timeline.contents.events.beside(self._playback.playhead, direction))

    def step_bookmark(self, direction: int) -> None:
        """Go to the next (+1) or previous (-1) bookmark, and choose it."""
        self._go(self._window.timeline.contents.bookmarks.beside(self._playback.playhead, direction))

    def edit(self) -> None:
        """Write the name or text of the chosen item, or of what is at the playhead."""
        timeline = self._window.timeline
        if not timeline.chosen:
            timeline.choose(self.edits.at(self._playback.playhead))
        timeline.edit_text(timeline.chosen)

    def move_here(self) -> None:
        """Move the chosen item to the playhead."""
        self.edits.move(self._window.timeline.chosen, self._playback.playhead)

    def set_side(self, side: str) -> None:
        """Say on which side of the body the chosen event is: "right", "left", or "none"."""
        self.edits.set_side(self._window.timeline.chosen, "" if side == "none" else side)

    def remove(self) -> None:
        """Remove the chosen item, or what is at the playhead."""
        self.edits.remove(self._window.timeline.chosen or self.edits.at(self._playback.playhead))

    def show_menu(self, number: int, place: QPoint) -> None:
        """Offer what can be done with an item."""
        self._window.timeline.choose(number)
        menu = QMenu(self._window)
        menu.setObjectName("item")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in _EVENT_MENU if isinstance(self.edits.get(number), Event) else _BOOKMARK_MENU:
            if name:
                menu.addAction(self._window.actions_by_name[name])
            else:
                menu.addSeparator()
        menu.popup(place)

    def possible(self) -> frozenset[str]:
        """Return what the items allow, in the words of the table of actions."""
        contents = self._window.timeline.contents
        given = {"events"} if len(contents.events) else set()
        given |= {"bookmarks"} if len(contents.bookmarks) else set()
        chosen = contents.item(contents.chosen)
        given |= {"chosen item"} if chosen is not None else set()
        given |= {"chosen event"} if isinstance(chosen, Event) else set()
        return frozenset(given)

    def _event(self, kind: Kind) -> Event:
        """Return an event at the playhead, of the chosen person where there is one."""
        document = self._session.document
        has_persons = document is not None and document.store.n_persons > 0
        return Event(self._playback.playhead, kind[0], self._session.selection.person if has_persons else -1, kind[1])

    def _place(self) -> QPoint:
        return self._window.timeline.place_of(self._event(("event", "")))

    def _recent(self) -> tuple[Kind, ...]:
        return kinds_from_texts(self._window.settings.get(settings.RECENT_EVENTS))

    def _ask_name(self) -> None:
        editor = self._window.timeline.editor
        editor.ask(self._place(), "Name of the event", "", lambda name: self.add_event((name, "")))

    def _go(self, found: tuple[int, Event] | tuple[int, Bookmark] | None) -> None:
        if found is not None:
            number, item = found
            self._playback.pause()
            self._playback.seek(item.frame)
            self._window.timeline.choose(number)

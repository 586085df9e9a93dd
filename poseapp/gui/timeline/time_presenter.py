"""Keeps the timeline and the transport up to date with the working zone, events, bookmarks and filled gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from poseapp.core.items import Bookmark, Event
from poseapp.core.store import ChangeSet
from poseapp.gui.style.wording import format_time
from poseapp.gui.timeline.thumbnail_card import ThumbnailGuide
from poseapp.gui.timeline.zone import zone_seconds
from poseapp.services.playback import Zone
from poseapp.services.types import Selection

if TYPE_CHECKING:
    from poseapp.gui.commands.topics import Topics
    from poseapp.gui.main_window import MainWindow


class TimePresenter(QObject):
    """Listens to the session and tells the widgets, and the other way round."""

    def __init__(self, window: MainWindow, topics: Topics) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        session, playback = self._session, self._session.playback
        session.clipChanged.connect(self._on_clip_changed)
        session.posesChanged.connect(self._on_change)
        session.selectionChanged.connect(self._on_selection)
        session.measuring.measured.connect(self._on_measured)
        playback.zoneChanged.connect(self.show_zone)
        playback.loopingChanged.connect(self.show_loop)
        timeline, transport, items = window.timeline, window.transport, topics.items
        timeline.zoneRequested.connect(playback.set_zone)
        timeline.itemChosen.connect(lambda _number: window.update_actions())
        timeline.itemMoved.connect(items.edits.move)
        timeline.itemTexted.connect(items.edits.write)
        timeline.itemRemoved.connect(items.edits.remove)
        timeline.itemMenuAsked.connect(items.show_menu)
        self.thumbnails = ThumbnailGuide(timeline, session.thumbnails, window)
        transport.loopToggled.connect(playback.set_looping)
        transport.zoneCleared.connect(topics.zone.clear)

    def show_items(self) -> None:
        """Show events and bookmarks."""
        document, timeline = self._session.document, self._window.timeline
        if document is not None:
            board = document.store.items
            timeline.set_items(board.of(Event), board.of(Bookmark), person=self._session.selection.person)
        self._window.update_actions()

    def show_zone(self, zone: Zone | None) -> None:
        """Show the working zone, and how long it is."""
        timeline = self._window.timeline
        scene = timeline.scene()
        timeline.set_zone(None if scene is None else zone)
        words = ""
        if zone is not None and scene is not None:
            start, stop = zone_seconds(scene.axis, zone)
            n = zone.stop - zone.start
            ends = f"{format_time(start, decimals=1)}–{format_time(stop, decimals=1)}"
            words = f"zone {ends} · {stop - start:.2f} s · {n} frame{'s' * (n != 1)}"
        self._window.transport.set_zone(words)
        self._window.update_actions()

    def show_loop(self, on: bool) -> None:
        """Show whether playing loops."""
        self._window.transport.set_looping(on)
        self._window.actions_by_name["loop"].setChecked(on)

    def _on_clip_changed(self) -> None:
        self.thumbnails.hide()
        self.show_items()
        self.show_zone(self._session.playback.zone)
        self._show_filled()

    def _on_change(self, change: ChangeSet) -> None:
        if change.kind in ("items", "all"):
            self.show_items()

    def _on_selection(self, _selection: Selection) -> None:
        if self._window.timeline.contents.person != self._session.selection.person:
            self.show_items()
            self._show_filled()

    def _on_measured(self, person: int) -> None:
        if person == self._session.selection.person:
            self._show_filled()

    def _show_filled(self) -> None:
        if self._session.document is not None:
            self._window.timeline.set_interpolated(self._session.measuring.filled(self._session.selection.person))

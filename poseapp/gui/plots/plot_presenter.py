"""Keeps the plots up to date with the session, and the session with what is done in the plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from poseapp.core.items import Event
from poseapp.core.store import ChangeSet
from poseapp.services import settings as names

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class PlotPresenter(QObject):
    """Listens to the session and tells the plots, and the other way round."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._session, self._settings, self._panel = window.session, window.settings, window.angle_panel
        session, panel = self._session, self._panel
        for maker in (panel.maker, panel.over_cycles.maker):
            maker.set_runner(session.errands.runner)
            maker.failed.connect(session.notify)
        panel.zoneChosen.connect(session.playback.set_zone)
        panel.head.rawToggled.connect(lambda on: self._settings.set(names.RAW_CURVES, on))
        for action, signal in (("raw_curves", panel.head.rawToggled), ("cycles", panel.head.cyclesToggled)):
            signal.connect(window.actions_by_name[action].setChecked)
        session.playback.zoneChanged.connect(panel.set_zone)
        session.clipChanged.connect(self._on_clip_changed)
        session.selectionChanged.connect(lambda _selection: self._show_events())
        session.posesChanged.connect(self._on_poses_changed)
        panel.head.set_raw_shown(self._settings.get(names.RAW_CURVES))
        window.actions_by_name["white_plots"].setChecked(self._settings.get(names.WHITE_PLOTS))

    def _on_clip_changed(self) -> None:
        self._show_skeleton()
        self._panel.set_zone(self._session.playback.zone)
        self._show_events()

    def _on_poses_changed(self, change: ChangeSet) -> None:
        self._show_skeleton()
        if change.kind == "predictions":
            self._panel.prepare()
        elif change.kind == "items":
            self._show_events()

    def _show_skeleton(self) -> None:
        """Offer the keypoints of the document: another network may have brought others."""
        if self._session.document is not None:
            self._panel.set_skeleton(self._session.document.store.skeleton)

    def _show_events(self) -> None:
        document = self._session.document
        events = () if document is None else tuple(event for _, event in document.store.items.of(Event))
        self._panel.set_events(events, self._session.selection.person)

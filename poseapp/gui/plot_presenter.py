"""Keeps the plots up to date with the session, and the session with what is done in the plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

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
        panel.maker.set_runner(session.errands.runner)
        panel.maker.failed.connect(session.notify)
        panel.zoneChosen.connect(session.playback.set_zone)
        panel.head.rawToggled.connect(lambda on: self._settings.set(names.RAW_CURVES, on))
        session.playback.zoneChanged.connect(panel.set_zone)
        session.clipChanged.connect(self._on_clip_changed)
        session.posesChanged.connect(self._on_poses_changed)
        panel.head.set_raw_shown(self._settings.get(names.RAW_CURVES))

    def _on_clip_changed(self) -> None:
        document = self._session.document
        self._panel.set_skeleton(None if document is None else document.store.skeleton)
        self._panel.set_zone(self._session.playback.zone)

    def _on_poses_changed(self, change: ChangeSet) -> None:
        if change.kind == "predictions":
            self._panel.prepare()

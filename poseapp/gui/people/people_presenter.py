"""Between the window and what acts on whole persons: the list, the handle on the picture, placing, the zone's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from poseapp.gui.commands.actions import name_zone_actions

if TYPE_CHECKING:
    from poseapp.gui.commands.topics import Topics
    from poseapp.gui.main_window import MainWindow

_LISTED = ("rename_person", "subject", "person_colour", "merge_person", "swap_persons", "remove_zone", "remove_person")


class PeoplePresenter(QObject):
    """Connects them."""

    def __init__(self, window: MainWindow, topics: Topics) -> None:
        super().__init__(window)
        self._window = window
        session = window.session
        window.people.add_actions([window.actions_by_name[name] for name in _LISTED])
        window.people.renamed.connect(topics.people.set_name)
        window.whole_person.moveRequested.connect(topics.stretch.move)
        window.whole_person.activeChanged.connect(self._on_active)
        window.placing.changed.connect(window.presenter.show_hint)
        session.clipChanged.connect(self._show_handle)
        session.playback.playingChanged.connect(lambda _on: self._show_handle())
        session.playback.playheadChanged.connect(lambda _index: window.whole_person.cancel())
        session.playback.zoneChanged.connect(
            lambda zone: name_zone_actions(window.actions_by_name, is_zone=zone is not None)
        )
        self._show_handle()

    def _show_handle(self) -> None:
        session = self._window.session
        self._window.whole_person.set_shown(session.document is not None and not session.playback.playing)
        if session.document is None:
            self._window.whole_person.set_active(False)

    def _on_active(self, on: bool) -> None:
        self._window.actions_by_name["whole_person"].setChecked(on)
        self._window.presenter.show_hint()

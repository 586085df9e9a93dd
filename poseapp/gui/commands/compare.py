"""What the menu does about comparing: asks for the other clip, and keeps one comparison at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.gui.dialogs import ask_open_path
from poseapp.services import settings

if TYPE_CHECKING:
    from poseapp.gui.compare.window import CompareWindow
    from poseapp.gui.main_window import MainWindow
    from poseapp.services.comparing import Comparing


class CompareCommands:
    """Comparing the open clip with another one.

    Attributes:
        shown: The comparison's window, None without one.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self.shown: CompareWindow | None = None
        self._session.clipChanged.connect(self.close)

    def choose(self) -> None:
        """Ask for the other clip or project."""
        if self._session.document is not None:
            dialog = ask_open_path(self._window, self._window.settings.get(settings.LAST_FOLDER), self.open)
            dialog.setWindowTitle("Compare with which clip or project?")

    def open(self, path: str) -> None:
        """Show the open clip beside another one, from the frame that is shown."""
        from poseapp.gui.compare.window import CompareWindow  # not worth the time of every start
        from poseapp.services.comparing import Comparing

        session, document = self._session, self._session.document
        if document is None:
            return
        self.close()
        session.playback.pause()
        comparing = Comparing(document, session.measuring.measures)
        shown = self.shown = CompareWindow(comparing, self._window)
        comparing.setParent(shown)
        comparing.opened.connect(lambda: self._begin(comparing))
        session.measuring.measured.connect(shown.presenter.on_measured)
        session.posesChanged.connect(shown.presenter.on_changed)
        shown.analyzeRequested.connect(self.analyze)
        shown.closed.connect(self._forget)
        shown.open(path, start=session.playback.playhead, person=session.selection.person)
        shown.show()

    def close(self) -> None:
        """End the comparison."""
        if self.shown is not None:
            self.shown.close()

    def analyze(self, path: str) -> None:
        """Open a clip in the main window and analyse it, which ends the comparison."""
        self.close()
        document, start = self._session.document, self._window.actions_by_name["analyze"].trigger
        if document is not None and document.clip.path == path:
            start()
            return
        self._session.clipChanged.connect(start, Qt.ConnectionType.SingleShotConnection)
        self._window.open_path(path)

    def _begin(self, comparing: Comparing) -> None:
        """Play as the main window plays."""
        playback = self._session.playback
        comparing.playback.set_speed(playback.speed)
        comparing.playback.set_zone(playback.zone)

    def _forget(self) -> None:
        self.shown = None

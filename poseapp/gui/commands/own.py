"""What a project adds of its own: the dialogs of its keypoints and angles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from poseapp.core.skeleton import side_of
from poseapp.gui.own.angles_dialog import AnglesDialog
from poseapp.gui.own.keypoints_dialog import KeypointsDialog

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow


class OwnCommands:
    """Keypoints and angles of the open project."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session

    def keypoints(self) -> None:
        """Add, rename and remove keypoints."""
        if self._session.document is None:
            return
        self._session.playback.pause()
        dialog = KeypointsDialog(self._session, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.placingWanted.connect(self._place)
        dialog.open()

    def angles(self) -> None:
        """Define, change and remove angles."""
        if self._session.document is None:
            return
        self._session.playback.pause()
        dialog = AnglesDialog(self._session, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.defined.connect(self._plot)
        dialog.open()

    def _plot(self, names: tuple[str, ...]) -> None:
        """Put new angles on show, right and left of one in one plot."""
        head = self._window.angle_panel.head
        groups = (name.removeprefix(f"{side_of(name)}_") for name in names)
        head.shownChosen.emit(tuple(dict.fromkeys((*head.shown, *groups))))

    def _place(self, keypoint: int) -> None:
        """Choose a keypoint, so that a click puts it where it is not seen yet."""
        self._session.select(self._session.selection.person, keypoint)
        self._window.canvas.setFocus()

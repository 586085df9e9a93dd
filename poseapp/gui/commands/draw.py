"""What the Draw menu does: take up a tool, and change the annotation that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from poseapp.core.items import Shape

if TYPE_CHECKING:
    from poseapp.gui.main_window import MainWindow

_MENU = ("edit_drawing", "", "show_frame", "show_onwards", "show_zone", "show_always", "", "remove_drawing")


class DrawCommands:
    """The Draw menu."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._session = window.session
        self._annotations = window.annotations
        self._annotations.stateChanged.connect(self._on_state)
        self._annotations.hands.menuRequested.connect(self._show_menu)

    def tool(self, shape: str) -> None:
        """Let the next presses draw a shape."""
        self._session.playback.pause()
        self._window.actions_by_name["hide_drawings"].setChecked(False)
        self._annotations.hands.take_tool(Shape(shape))

    def step(self, by: int) -> None:
        """Choose the next (+1) or previous (-1) drawing of the frame."""
        self._annotations.choose_next(by)

    def edit(self) -> None:
        """Type the name of the chosen drawing, or the length of a ruler."""
        if self._annotations.chosen is not None:
            self._annotations.edit(self._annotations.chosen[0])

    def remove(self) -> None:
        """Take the chosen drawing away."""
        self._annotations.remove()

    def show_in(self, where: str) -> None:
        """Show the chosen drawing in this "frame", "onwards", in the "zone" or "always"."""
        document, here = self._session.document, self._session.playback.playhead
        if document is None:
            return
        zone, n = self._session.playback.zone, document.clip.n_frames
        spans = {"frame": (here, here + 1), "onwards": (here, n), "always": (0, n)}
        spans["zone"] = spans["always"] if zone is None else (zone.start, zone.stop)
        self._annotations.show_in(*spans[where])

    def hide(self, on: bool) -> None:
        """Leave the picture without drawings, or no longer."""
        self._annotations.hidden = on
        self._annotations.refresh()

    def possible(self) -> frozenset[str]:
        """Return what the annotations allow, in the words of the table of actions."""
        return frozenset() if self._annotations.chosen is None else frozenset({"drawing"})

    def _on_state(self) -> None:
        self._window.update_actions()
        self._window.presenter.show_hint()

    def _show_menu(self, _number: int, at: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("drawing-menu")
        menu.aboutToHide.connect(menu.deleteLater)
        for name in _MENU:
            if name:
                menu.addAction(self._window.actions_by_name[name])
            else:
                menu.addSeparator()
        menu.popup(at)

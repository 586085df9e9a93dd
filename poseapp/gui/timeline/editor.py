"""A line to write in, where an event or bookmark lies on the timeline."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from poseapp.gui.style.theme import GRID, font

_WIDTH = 24 * GRID
_MAX_LENGTH = 200


class TextEditor(QLineEdit):
    """Enter keeps what is written, and so does clicking elsewhere; Esc gives up."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._under = parent
        self._done: Callable[[str], None] | None = None
        self._before = ""
        self.setMaxLength(_MAX_LENGTH)
        self.hide()

    def ask(self, place: QPoint, title: str, text: str, done: Callable[[str], None]) -> None:
        """Show the line with its left middle at a px of the parent; call back with the text when it has changed."""
        self._finish(keep=False)
        self.setFont(font("small"))
        self.setAccessibleName(title)
        self.setPlaceholderText(title)
        self.setText(text)
        self.selectAll()
        self._done, self._before = done, text
        height = self.sizeHint().height()
        room = self._under.rect()
        left = min(max(place.x(), 0), max(0, room.width() - _WIDTH))
        top = min(max(place.y() - height // 2, 0), max(0, room.height() - height))
        self.setGeometry(left, top, _WIDTH, height)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep or give up."""
        if event.key() == Qt.Key.Key_Escape:
            self._finish(keep=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep what is written when another widget is clicked."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self._finish(keep=True)

    def _finish(self, *, keep: bool) -> None:
        done, self._done = self._done, None
        if done is None:
            return
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._under.setFocus(Qt.FocusReason.OtherFocusReason)
        text = self.text().strip()
        if keep and text != self._before:
            done(text)

"""The field on the picture into which the words of an annotation are typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from poseapp.gui.style.theme import GRID

_WIDTH = 264
_Keys = Qt.Key


class AnnotationField(QLineEdit):
    """One line; Enter takes it, Escape gives it up, and so does leaving it where the text is not understood."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setObjectName("annotation-field")
        self.setMaxLength(200)
        self._answer: Callable[[str], None] | None = None
        self._is_understood: Callable[[str], bool] = bool
        self.hide()

    def ask(
        self, at: QPoint, text: str, hint: str, *, understood: Callable[[str], bool], answer: Callable[[str], None]
    ) -> None:
        """Show the field near a point of the parent.

        Args:
            at: Widget px.
            text: What it holds to begin with.
            hint: What belongs into it, in words.
            understood: Tells whether a text can be taken.
            answer: Gets the text, once.
        """
        self._answer, self._is_understood = answer, understood
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setToolTip(hint)
        self.setText(text)
        room: QRect = self._room.rect().adjusted(GRID, GRID, -GRID, -GRID)
        place = QRect(at.x() + GRID, at.y() + GRID, min(_WIDTH, room.width()), self.sizeHint().height())
        place.moveLeft(max(room.left(), min(place.left(), room.right() - place.width())))
        place.moveTop(max(room.top(), min(place.top(), room.bottom() - place.height())))
        self.setGeometry(place)
        self.show()
        self.raise_()
        self.selectAll()
        self.setFocus()

    def give_up(self) -> None:
        """Close the field and take nothing."""
        self._close()

    def take(self) -> None:
        """Take the text where it is understood; else say what is expected."""
        text, answer = self.text().strip(), self._answer
        if not self._is_understood(text):
            QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.placeholderText(), self)
            return
        self._close()
        if answer is not None:
            answer(text)

    def _close(self) -> None:
        self._answer = None
        has_keyboard = self.hasFocus()
        self.hide()
        if has_keyboard:
            self._room.setFocus()

    def event(self, event: QEvent) -> bool:
        """Keep every key from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take it, give it up, or type; nothing reaches the picture beneath."""
        if event.key() in (_Keys.Key_Return, _Keys.Key_Enter):
            self.take()
        elif event.key() == _Keys.Key_Escape:
            self.give_up()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was typed, as far as it is understood."""
        super().focusOutEvent(event)
        if self._answer is None or event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if self._is_understood(self.text().strip()):
            self.take()
        else:
            self.give_up()

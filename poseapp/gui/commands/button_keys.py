"""Space presses the button that the keyboard is on, and plays the clip everywhere else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMainWindow


class ButtonKeys(QObject):
    """Claims Space for buttons, check boxes and lists of a window, before it becomes the shortcut that plays.

    A click does not give them the keyboard, so that Space after a click still plays; Tab does.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        for kind in (QAbstractButton, QComboBox):
            for widget in window.findChildren(kind):
                if widget.focusPolicy() in (Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.WheelFocus):
                    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim Space; Qt hands the question on from the widget with the keyboard to its parents, up to the window."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            focus = self._window.focusWidget()
            if isinstance(focus, QAbstractButton | QComboBox) and focus.isEnabled():
                event.accept()
                return True
        return False

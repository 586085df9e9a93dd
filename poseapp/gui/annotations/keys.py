"""Keys that mean something while an annotation is chosen or being drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

from poseapp.gui.annotations.layout import AnnotationScene

if TYPE_CHECKING:
    from poseapp.gui.canvas.canvas import Canvas

_Keys = Qt.Key
_Modifier = Qt.KeyboardModifier
_ARROWS = {
    _Keys.Key_Left: (-1.0, 0.0),
    _Keys.Key_Right: (1.0, 0.0),
    _Keys.Key_Up: (0.0, -1.0),
    _Keys.Key_Down: (0.0, 1.0),
}
_ENTER = (_Keys.Key_Return, _Keys.Key_Enter)
_TAB = (_Keys.Key_Tab, _Keys.Key_Backtab)
_REMOVE = (_Keys.Key_Delete, _Keys.Key_Backspace)


class Hands(Protocol):
    """What keys can do to annotations."""

    @property
    def scene(self) -> AnnotationScene:
        """What the canvas shows."""

    @property
    def under_way(self) -> bool:
        """Tell whether Escape has something to give up."""

    def cancel(self) -> None:
        """Give it up."""

    def place_default(self) -> None:
        """Finish the shape in the middle of the view."""


class AnnotationKeys(QObject):
    """An event filter for the keyboard.

    Signals:
        nudged(dx, dy): Move the chosen point, or all of the chosen annotation, by image px.
        cycled(int): Choose the next (+1) or previous (-1) point.
        removed(): Take the chosen annotation away.
        left(): Choose none.
    """

    nudged = Signal(float, float)
    cycled = Signal(int)
    removed = Signal()
    left = Signal()

    def __init__(self, canvas: Canvas, hands: Hands) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._hands = hands
        self.space_held = False
        self._handlers: dict[QEvent.Type, Callable[[QKeyEvent], bool]] = {
            QEvent.Type.ShortcutOverride: self._on_shortcut_override,
            QEvent.Type.KeyPress: self._on_key,
            QEvent.Type.KeyRelease: self._on_key_release,
        }
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle what the table names."""
        handler = self._handlers.get(event.type())
        return handler(cast(QKeyEvent, event)) if handler is not None else False

    def _wanted(self, event: QKeyEvent) -> bool:
        key = _Keys(event.key())
        if self._hands.under_way:
            return key == _Keys.Key_Escape or (self._hands.scene.tool is not None and key in _ENTER)
        chosen = self._hands.scene.find(self._hands.scene.chosen)
        if chosen is None or self._canvas.scene.whole.active or event.modifiers() & _Modifier.ControlModifier:
            return False
        return key in (*_ARROWS, *_TAB, *_REMOVE, _Keys.Key_Escape)

    def _on_shortcut_override(self, event: QKeyEvent) -> bool:
        """Take keys from the window's shortcuts that mean something else here."""
        wanted = self._wanted(event)
        if wanted:
            event.accept()
        return wanted

    def _on_key(self, event: QKeyEvent) -> bool:
        key = _Keys(event.key())
        self.space_held = self.space_held or key == _Keys.Key_Space
        if not self._wanted(event):
            return False
        if key in _ENTER:
            self._hands.place_default()
        elif key == _Keys.Key_Escape:
            self._hands.cancel() if self._hands.under_way else self.left.emit()
        elif key in _TAB:
            self.cycled.emit(-1 if key == _Keys.Key_Backtab else 1)
        elif key in _REMOVE:
            self.removed.emit()
        else:
            self._nudge(key, event.modifiers())
        return True

    def _nudge(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        dx, dy = _ARROWS[key]
        step = 10.0 if modifiers & _Modifier.ShiftModifier else 1.0
        step = 0.1 if modifiers & _Modifier.AltModifier else step
        self.nudged.emit(step * dx * self._canvas.view.direction, step * dy)

    def _on_key_release(self, event: QKeyEvent) -> bool:
        if event.key() == _Keys.Key_Space and not event.isAutoRepeat():
            self.space_held = False
        return False
